/**
 * What was sold and offered while a world ran: no shop sells more than was there lately, and no number goes to and fro
 * without a reason. How lately is what the hub could not help: its polls, and while something was down.
 */
import type { StockWrite } from "../../src/core/stock/shop-variant.ts";
import type { Books } from "./books.ts";
import { sellable } from "./oracle.ts";
import { MINUTE_MS, START_MS, type WorldPlan } from "./plan.ts";
import type { Place } from "./sides.ts";

export interface StockStory {
  /** Something happened to these SKUs, in a shop or in the warehouse. */
  happened(skus: readonly string[]): void;
  /** A checkout, which answers the order's id or null. */
  selling(shop: string, place: () => string | null): string | null;
  /** The hub has compared every variant of the shop, and so knows them all. */
  swept(shop: string): void;
  /** A shop has taken a number from the hub. */
  wrote(shop: string, write: StockWrite): void;
  violations(): readonly string[];
}

export interface StockStoryOptions {
  readonly plan: WorldPlan;
  readonly nowMs: () => number;
  readonly books: () => Books;
  /** By shop: its locations and the warehouse behind each. */
  readonly places: ReadonlyMap<string, ReadonlyMap<string, Place>>;
}

interface Sample {
  readonly atMs: number;
  readonly sku: string;
  readonly place: Place;
  /** Before safety stock. */
  readonly sellable: number;
}

interface Written {
  readonly atMs: number;
  readonly quantity: number;
}

/** Without faults: the order poll, the feed's poll and a run behind each other. */
const LATENCY_MS = 12 * MINUTE_MS;
const DIP_MS = 2 * MINUTE_MS;
/** A process that dies is noticed when its lease ends, and what it held is run again. */
const DEATH_MS = 25 * MINUTE_MS;

export function createStockStory({ plan, nowMs, books, places }: StockStoryOptions): StockStory {
  const samples: Sample[] = [];
  const happenings = new Map<string, number[]>();
  const written = new Map<string, Written[]>();
  const found: string[] = [];
  const sweptAt = new Map<string, number>();
  const windowMs = latenessMs(plan);
  const sample = (given: Books, skus: readonly string[]): void => {
    for (const sku of skus) {
      for (const place of ["WH", "OLD"] as const)
        samples.push({ atMs: nowMs(), sku, place, sellable: sellable(given, sku, place) });
    }
  };
  const happened = (skus: readonly string[]): void => {
    sample(books(), skus);
    for (const sku of skus) happenings.set(sku, [...(happenings.get(sku) ?? []), nowMs()]);
  };
  const lately = (sku: string, place: Place): number => {
    const own = samples.filter((one) => one.sku === sku && one.place === place);
    const begin = nowMs() - windowMs;
    // What held when the window began is part of it.
    const before = own.findLast(({ atMs }) => atMs <= begin);
    const within = own.filter(({ atMs }) => atMs > begin);
    return Math.max(0, ...[...(before === undefined ? [] : [before]), ...within].map((one) => one.sellable));
  };
  const oversold = (order: string, place: Place, units: ReadonlyMap<string, number>): readonly string[] =>
    [...units].flatMap(([sku, quantity]) => {
      const there = plan.opening[sku] === undefined ? quantity : lately(sku, place);
      return quantity <= there
        ? []
        : [
            `order ${order} sold ${quantity} ${sku}, and in the ${windowMs / MINUTE_MS} minutes before there were never more than ${there} to sell from ${place}`,
          ];
    });
  sample(books(), Object.keys(plan.opening));
  return {
    happened,
    selling: (shop, place) => {
      // What a refund called off comes free when the hub has told Odoo so: that happens to no SKU by itself.
      sample(books(), Object.keys(plan.opening));
      const id = place();
      if (id === null) return null;
      const order = books().shopOrders.find((one) => one.shop === shop && one.id === id);
      const knownMs = nowMs() - (sweptAt.get(shop) ?? nowMs());
      if (order !== undefined && knownMs > windowMs && ["on-hold", "processing", "completed"].includes(order.status)) {
        for (const [from, units] of order.routes) found.push(...oversold(`${shop}/${id}`, from, units));
      }
      happened([...(order?.lines.keys() ?? [])]);
      return id;
    },
    swept: (shop) => {
      if (!sweptAt.has(shop)) sweptAt.set(shop, nowMs());
    },
    wrote: (shop, { sku, locationId, quantity }) => {
      const place = places.get(shop)?.get(locationId);
      if (place === undefined)
        found.push(`a number was written to ${shop}'s location ${locationId}, which is not mapped`);
      const name = `${sku} at ${shop}/${place ?? locationId}`;
      written.set(name, [...(written.get(name) ?? []), { atMs: nowMs(), quantity }]);
    },
    violations: () => [
      ...found,
      ...[...written].flatMap(([name, writes]) => bounces(name, writes, happenings, windowMs)),
    ],
  };
}

/** A number that comes back although nothing has happened to the SKU since long before it was first written. */
function bounces(
  name: string,
  writes: readonly Written[],
  happenings: ReadonlyMap<string, readonly number[]>,
  windowMs: number,
): readonly string[] {
  const reasons = happenings.get(name.split(" at ")[0] ?? "") ?? [];
  return writes.flatMap(({ atMs, quantity }, at) => {
    const [between, back] = [writes[at + 1], writes[at + 2]];
    if (back === undefined || between === undefined || back.quantity !== quantity || between.quantity === quantity)
      return [];
    // While Odoo reserves an order it counts twice for seconds, and too few are offered: docs/decisions/005-holds.md.
    if (between.quantity < quantity && back.atMs - between.atMs <= DIP_MS) return [];
    const hasReason = atMs - windowMs <= START_MS || reasons.some((ms) => ms > atMs - windowMs && ms <= back.atMs);
    return hasReason
      ? []
      : [`${name} went from ${quantity} to ${between.quantity} and back, and nothing had happened to it`];
  });
}

/** How old the newest knowledge of a hub may be in this world. */
function latenessMs(plan: WorldPlan): number {
  const outages = [...plan.shops.flatMap(({ faults }) => faults.outages), ...plan.erpFaults.outages];
  const down = outages.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0);
  const isFaulty = [...plan.shops.map(({ faults }) => faults), plan.erpFaults].some(
    ({ rates }) => Object.keys(rates).length > 0,
  );
  // Retries wait up to a quarter of an hour.
  return LATENCY_MS + down + plan.deaths.length * DEATH_MS + (isFaulty ? 30 * MINUTE_MS : 0);
}
