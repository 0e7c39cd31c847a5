/**
 * Compares every order of a period with Odoo, in batches, by the order flow's own observation and plan: what has nothing
 * left to do is in step; the rest is listed with what would be done or what is in the way, and (unless it is a dry run)
 * marked for the flow. This is also the backfill: the same loop with another reason to start.
 */
import { chunks } from "../core/chunks.ts";
import { sentenceOf, type Failure, type FailureCode } from "../core/failures.ts";
import { PRIORITY } from "../core/key.ts";
import type { ShopOrder } from "../core/order/shop-order.ts";
import { ok, type Result } from "../core/result.ts";
import { converge, type Settled } from "./converge.ts";
import { flowsOf } from "./flows.ts";
import { ORDER_BATCH_MAX, unleased, type Hub, type ShopRuntime } from "./hub.ts";
import { orderMark, pausing } from "./polls.ts";

export const ORDER_PAGES_MAX = 10_000;
/** Differences listed in a report; all are counted and all are marked. */
export const ORDERS_LISTED_MAX = 1_000;

export interface OrderDifference {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly total: string;
  readonly currency: string;
  readonly code: FailureCode | null;
  /** What would be done first, or what is in the way. */
  readonly sentence: string;
}

export interface OrdersReport {
  readonly connection: string;
  readonly from: string;
  readonly to: string;
  readonly dryRun: boolean;
  readonly checked: number;
  readonly inStep: number;
  readonly different: number;
  readonly marked: number;
  readonly differences: readonly OrderDifference[];
}

export interface OrdersOptions {
  readonly from: string;
  readonly to: string;
  readonly dryRun: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number | null) => void;
}

export async function reconcileOrders(
  hub: Hub,
  shop: ShopRuntime,
  options: OrdersOptions,
): Promise<Result<OrdersReport>> {
  const { from, to, dryRun } = options;
  const found = { checked: 0, different: 0, differences: [] as OrderDifference[] };
  let page: string | null = null;
  for (let pages = 0; pages < ORDER_PAGES_MAX && options.signal?.aborted !== true; pages += 1) {
    const read = await shop.port.placedOrders(from, to, page, unleased(hub));
    if (!read.ok) return pausing(hub, read.failure);
    for (const orders of chunks(read.value.items, ORDER_BATCH_MAX)) {
      const differing = await compare(hub, shop, orders);
      if (!dryRun)
        await hub.store.mark(differing.map(({ order }) => orderMark(shop, order.id, "backfill", PRIORITY.backfill)));
      found.checked += orders.length;
      found.different += differing.length;
      found.differences.push(...differing.slice(0, ORDERS_LISTED_MAX - found.differences.length).map(differenceOf));
      options.onProgress?.(found.checked, read.value.totalItems);
    }
    for (const { id, failure } of read.value.unreadable) found.differences.push(unreadable(id, failure));
    found.checked += read.value.unreadable.length;
    found.different += read.value.unreadable.length;
    if (!dryRun)
      await hub.store.mark(read.value.unreadable.map(({ id }) => orderMark(shop, id, "backfill", PRIORITY.backfill)));
    page = read.value.nextPage;
    if (page === null) break;
  }
  const inStep = found.checked - found.different;
  return ok({ connection: shop.connection, from, to, dryRun, inStep, marked: dryRun ? 0 : found.different, ...found });
}

interface Compared {
  readonly order: ShopOrder;
  readonly settled: Settled;
}

/** Nothing is written: the call refuses to. */
async function compare(hub: Hub, shop: ShopRuntime, orders: readonly ShopOrder[]): Promise<readonly Compared[]> {
  const flow = flowsOf(hub).find(({ name, connection }) => name === "order" && connection === shop.connection);
  if (flow === undefined) throw new Error(`no order flow for ${shop.connection}`);
  const call = { ...unleased(hub), beforeWrite: () => Promise.reject(new Error("a comparison does not write")) };
  const options = { connection: shop.connection, dryRun: true, nowMs: () => hub.clock.nowMs() };
  const settled = await flow.run((typed) =>
    converge(
      typed,
      orders.map((order) => order.id),
      call,
      options,
    ),
  );
  const byId = new Map(settled.map((one) => [one.id, one]));
  return orders.flatMap((order) => {
    const one = byId.get(order.id);
    return one === undefined || (one.failure === null && one.diff.length === 0) ? [] : [{ order, settled: one }];
  });
}

function unreadable(id: string, found: Failure): OrderDifference {
  return { id, number: id, status: "", total: "", currency: "", code: found.code, sentence: sentenceOf(found) };
}

function differenceOf({ order, settled }: Compared): OrderDifference {
  const { id, number, statusText, total, currency } = order;
  const sentence =
    settled.failure === null
      ? settled.diff.map(({ what, after }) => `${what}: ${after ?? "removed"}`).join("; ")
      : sentenceOf(settled.failure);
  return { id, number, status: statusText, total, currency, code: settled.failure?.code ?? null, sentence };
}
