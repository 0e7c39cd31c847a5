/**
 * What a merchant configured for the orders of one shop, as the order flow's pure functions take it.
 */
import type { ErpSettingsQuery } from "../ports/erp.ts";

export interface OrderRules {
  /** The shop's connection id. */
  readonly connection: string;
  /** Internal reference of the Odoo product for shipping lines; null: none is named. */
  readonly shippingSku: string | null;
  /** Internal reference of the Odoo product for fee lines; null: none is named. */
  readonly feeSku: string | null;
  /** The shop's tax rate id -> Odoo tax as written in the configuration (a name, or an id as string). */
  readonly taxes: ReadonlyMap<string, string>;
  /** The shop's payment method -> Odoo journal code. */
  readonly journals: ReadonlyMap<string, string>;
  /**
   * Methods whose money never comes through the shop, whatever it says: no payment is registered for them. Any other
   * method is paid exactly when the shop tells when the money was received; an open bank transfer has no such time.
   */
  readonly unpaidMethods: readonly string[];
  /**
   * Who says that goods went out. `shop`: what the shop has fulfilled is validated in Odoo; `odoo`: what was validated in Odoo is told to
   * the shop; `apart`: each side is left to itself.
   */
  readonly deliveries: "apart" | "shop" | "odoo";
  /** UTC instant: orders placed before concern nobody; null: all orders. */
  readonly startAt: string | null;
  /** The shop's location id -> code of the warehouse that delivers what is sent from there; others: `warehouse`. */
  readonly warehouses: ReadonlyMap<string, string>;
  /** Names in Odoo; null: Odoo's own default. */
  readonly warehouse: string | null;
  readonly team: string | null;
  readonly company: string | null;
}

/** A shop sets the payment date of cash on delivery when the order is completed, though the carrier has the money. */
export const UNPAID_METHODS_DEFAULT: readonly string[] = ["cod"];

/** True for an order that concerns nobody, unless something of it is in Odoo already. */
export function isPlacedBeforeStart({ startAt }: OrderRules, placedAt: string): boolean {
  return startAt !== null && Date.parse(placedAt) < Date.parse(startAt);
}

/** Which names of these rules must be resolved to ids before orders can be planned. */
export function settingsQuery(rules: OrderRules): ErpSettingsQuery {
  const services = [rules.shippingSku, rules.feeSku].filter((sku) => sku !== null);
  return {
    warehouses: [...new Set([...rules.warehouses.values(), ...(rules.warehouse === null ? [] : [rules.warehouse])])],
    journals: [...new Set(rules.journals.values())],
    taxes: [...new Set(rules.taxes.values())],
    skus: [...new Set(services)],
    team: rules.team,
    company: rules.company,
  };
}
