/**
 * What every shop's connector must do, as cases that run against any world: a simulated shop in process, the same over
 * HTTP, or a real one. A case makes its own data; nothing of the shop's other data may disturb it.
 */
import { CATALOG_CASES } from "./catalog-cases.ts";
import { CONNECTION_CASES } from "./connection-cases.ts";
import { FULFILMENT_CASES } from "./fulfilment-cases.ts";
import { LOCATION_CASES } from "./location-cases.ts";
import { ORDER_CASES } from "./order-cases.ts";
import { ORDER_LIST_CASES } from "./order-list-cases.ts";
import { REFUND_CASES } from "./refund-cases.ts";
import type { ShopWorld } from "./shop-world.ts";
import { STOCK_CASES } from "./stock-cases.ts";
import { WEBHOOK_CASES } from "./webhook-cases.ts";

export interface ContractCase {
  readonly name: string;
  /** Why a kind of shop need not do this; null: it must. Absent: all must. */
  readonly notFor?: (world: ShopWorld) => string | null;
  readonly run: (world: ShopWorld) => Promise<void>;
}

export const SHOP_CONTRACT: readonly ContractCase[] = [
  ...CONNECTION_CASES,
  ...ORDER_CASES,
  ...ORDER_LIST_CASES,
  ...CATALOG_CASES,
  ...STOCK_CASES,
  ...LOCATION_CASES,
  ...REFUND_CASES,
  ...FULFILMENT_CASES,
  ...WEBHOOK_CASES,
];

/** The cases that a shop must pass, and those that its kind need not, each with the reason. */
export function casesFor(world: ShopWorld): {
  readonly asked: readonly ContractCase[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
} {
  const judged = SHOP_CONTRACT.map((one) => ({ one, reason: one.notFor?.(world) ?? null }));
  return {
    asked: judged.flatMap(({ one, reason }) => (reason === null ? [one] : [])),
    leftOut: judged.flatMap(({ one, reason }) => (reason === null ? [] : [{ name: one.name, reason }])),
  };
}
