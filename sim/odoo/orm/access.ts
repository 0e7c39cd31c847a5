/**
 * Who asks, and what each kind of user may do. `administrator` may do everything; `integration` has the least rights
 * that a hub needs (measured with the groups of the hub's documentation on a real server).
 */
import { OdooError } from "../errors.ts";

export type Rights = "administrator" | "integration";
export type Operation = "read" | "write" | "create" | "unlink";

export interface User {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly rights: Rights;
}

export const ROOT: User = { id: 1, login: "__system__", name: "OdooBot", rights: "administrator" };

type Grant = readonly Operation[];

const ALL: Grant = ["read", "write", "create", "unlink"];
const EDIT: Grant = ["read", "write", "create"];
const READ: Grant = ["read"];

/** What the groups of an integration user allow; a model that is absent is refused. */
const INTEGRATION: Readonly<Record<string, Grant>> = {
  "res.partner": ALL,
  "res.country": READ,
  "res.country.state": READ,
  "res.company": READ,
  "res.currency": READ,
  "res.users": READ,
  "res.lang": READ,
  "product.product": ALL,
  "product.template": ALL,
  "product.category": ALL,
  "product.pricelist": READ,
  "uom.uom": READ,
  "sale.order": ALL,
  "sale.order.line": ALL,
  "sale.advance.payment.inv": EDIT,
  "crm.team": READ,
  "account.move": ALL,
  "account.move.line": ALL,
  "account.move.reversal": EDIT,
  "account.payment": ALL,
  "account.payment.register": EDIT,
  "account.partial.reconcile": ALL,
  "account.full.reconcile": ALL,
  "account.journal": READ,
  "account.account": READ,
  "account.tax": READ,
  "account.tax.group": READ,
  "account.tax.repartition.line": READ,
  "account.payment.method": READ,
  "account.payment.method.line": READ,
  "account.fiscal.position": READ,
  "stock.warehouse": READ,
  "stock.location": READ,
  "stock.picking": ALL,
  "stock.picking.type": READ,
  "stock.move": EDIT,
  "stock.move.line": ALL,
  "stock.quant": EDIT,
  "stock.immediate.transfer": EDIT,
  "stock.backorder.confirmation": EDIT,
};

export function mayDo(user: User, model: string, operation: Operation): boolean {
  if (user.rights === "administrator") return true;
  return INTEGRATION[model]?.includes(operation) ?? false;
}

const DOING: Readonly<Record<Operation, string>> = {
  read: "access",
  write: "modify",
  create: "create",
  unlink: "delete",
};

export function requireAccess(user: User, model: string, label: string, operation: Operation): void {
  if (mayDo(user, model, operation)) return;
  const message =
    `You are not allowed to ${DOING[operation]} '${label}' (${model}) records.\n\n` +
    "No group currently allows this operation.\n\nContact your administrator to request access if necessary.";
  throw new OdooError("AccessError", message);
}
