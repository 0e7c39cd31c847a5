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

/** What an integration user's groups allow, one letter an operation; a model that is absent is refused. Measured. */
const INTEGRATION: Readonly<Record<string, string>> = {
  "res.partner": "RWCU",
  "res.country": "R",
  "res.country.state": "RWCU",
  "res.company": "R",
  "res.currency": "R",
  "res.currency.rate": "R",
  "res.users": "R",
  "res.lang": "R",
  "product.product": "R",
  "product.template": "R",
  "product.pricelist": "R",
  "uom.uom": "R",
  "sale.order": "RWC",
  "sale.order.line": "RWCU",
  "sale.advance.payment.inv": "RWC",
  "crm.team": "R",
  "account.move": "RWCU",
  "account.move.line": "RWCU",
  "account.payment": "RWCU",
  "account.partial.reconcile": "RWCU",
  "account.full.reconcile": "RWCU",
  "account.journal": "R",
  "account.account": "R",
  "account.tax": "R",
  "account.payment.method": "RWU",
  "account.payment.method.line": "RWCU",
  "delivery.carrier": "R",
  "stock.warehouse": "R",
  "stock.location": "R",
  "stock.picking": "RWCU",
  "stock.picking.type": "R",
  "stock.move": "RWC",
  "stock.move.line": "RWCU",
  "stock.quant": "RWC",
  "ir.module.module": "R",
};

const INTEGRATION_14: Readonly<Record<string, string>> = {
  ...INTEGRATION,
  "account.payment.method": "RWCU",
  "stock.quant": "R",
  "ir.model.data": "RC",
  "ir.module.module": "",
  "ir.model": "R",
  "ir.model.fields": "R",
};

const LETTERS: Readonly<Record<Operation, string>> = { read: "R", write: "W", create: "C", unlink: "U" };

/** The model a question of rights is about, on this version. */
export interface Subject {
  readonly version: 19 | 14;
  readonly model: string;
  readonly label: string;
}

export function mayDo(user: User, { version, model }: Subject, operation: Operation): boolean {
  if (user.rights === "administrator") return true;
  const granted = (version === 19 ? INTEGRATION : INTEGRATION_14)[model] ?? "";
  return granted.includes(LETTERS[operation]);
}

const DOING: Readonly<Record<Operation, string>> = {
  read: "access",
  write: "modify",
  create: "create",
  unlink: "delete",
};

export function requireAccess(user: User, subject: Subject, operation: Operation): void {
  if (mayDo(user, subject, operation)) return;
  const { model, label } = subject;
  const message =
    `You are not allowed to ${DOING[operation]} '${label}' (${model}) records.\n\n` +
    "This operation is allowed for the following groups:\n\t- Role / Administrator\n\nContact your administrator to request access if necessary.";
  throw new OdooError("AccessError", message);
}
