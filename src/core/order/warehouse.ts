/**
 * Which warehouse an order leaves from: the one that its lines' location is mapped to, else the configured one, else Odoo's own
 * choice. An order in Odoo has one warehouse, so that lines which the shop sends from places of different warehouses are named.
 */
import { failure, type Failure } from "../failures.ts";
import type { OrderRules } from "./rules.ts";
import type { ShopOrder } from "./shop-order.ts";

const NAMED_MAX = 5;

export type WarehouseChoice =
  /** A code of the configuration; null: Odoo's own default. */
  { readonly ok: true; readonly code: string | null } | { readonly ok: false; readonly failure: Failure };

export function orderWarehouse(order: ShopOrder, rules: OrderRules): WarehouseChoice {
  // Nothing is sent of shipping and fees; what has no place yet goes with the rest.
  const locations = new Set(
    order.lines.flatMap(({ kind, locationId, splitOver = [] }) =>
      kind !== "product" ? [] : locationId === null ? splitOver : [locationId],
    ),
  );
  const codes = new Map([...locations].map((id) => [id, rules.warehouses.get(id) ?? rules.warehouse]));
  const distinct = new Set(codes.values());
  if (distinct.size > 1) return { ok: false, failure: split(order, codes, rules) };
  const [code] = distinct;
  return { ok: true, code: code === undefined ? rules.warehouse : code };
}

function split(order: ShopOrder, codes: ReadonlyMap<string, string | null>, rules: OrderRules): Failure {
  const ids = [...codes.keys()].toSorted();
  const warehouses = [...new Set(codes.values())].map((code) => code ?? "Odoo's default").toSorted();
  return failure("ORDER_SPLIT_OVER_WAREHOUSES", {
    order: order.number,
    locations: `the shop's locations ${listed(ids)}`,
    warehouses: listed(warehouses),
    connection: rules.connection,
  });
}

function listed(names: readonly string[]): string {
  return names.length > NAMED_MAX ? `${names.slice(0, NAMED_MAX).join(", ")}, …` : names.join(", ");
}
