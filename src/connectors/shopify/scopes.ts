/** Which access scopes the shop has given the hub's app, against what the operations need; what will not work without each. */
import { REQUIRED_SCOPES } from "./scopes-table.ts";

export type RequiredScope = (typeof REQUIRED_SCOPES)[number]["scope"];

/** Orders older than 60 days are hidden without it. Not in the schema's table: no field needs it, only old orders do. */
export const OLD_ORDERS_SCOPE = "read_all_orders";

/** What will not work without a scope, to follow "Without read_orders". */
export const PURPOSES: Readonly<Record<string, string>> = {
  read_customers: "orders cannot be read with their customers, so no order reaches Odoo",
  read_inventory: "stock levels cannot be read, so no stock is written",
  read_locations: "the shop's stock locations cannot be read, so no stock is written",
  read_merchant_managed_fulfillment_orders:
    "what is left to deliver of an order cannot be read, so no order reaches Odoo",
  read_orders: "orders and refunds cannot be read, so no order reaches Odoo",
  read_products: "variants cannot be found by SKU, so neither stock nor links work",
  write_inventory: "stock levels cannot be written",
  write_merchant_managed_fulfillment_orders: "the shop cannot be told what Odoo has delivered",
  write_orders: "what became of an order in Odoo cannot be noted on it",
};

export interface MissingScope {
  readonly scope: RequiredScope;
  /** `stock levels cannot be written`. */
  readonly purpose: string;
}

/** The right to write brings the right to read. */
export function missingScopes(granted: readonly string[]): readonly MissingScope[] {
  const given = new Set(granted.flatMap((scope) => [scope, scope.replace(/^write_/, "read_")]));
  const missing = REQUIRED_SCOPES.filter(({ scope }) => !given.has(scope));
  return missing.map(({ scope, uses }) => ({ scope, purpose: PURPOSES[scope] ?? `this fails: ${uses.join(", ")}` }));
}
