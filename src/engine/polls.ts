/**
 * Polls: what webhooks may have missed. Each reads changes since a cursor that overlaps what it has already seen, marks
 * the keys and moves the cursor in one transaction; seeing a change twice costs one look.
 */
import { FAILURES, failure, type Failure } from "../core/failures.ts";
import { PRIORITY, type Trigger } from "../core/key.ts";
import type { ShopOrder } from "../core/order/shop-order.ts";
import type { ErpPort } from "../core/ports/erp.ts";
import type { ToldHolds } from "../core/ports/shop.ts";
import type { Mark } from "../core/ports/store.ts";
import { ok, type Result } from "../core/result.ts";
import { holdsOfOrder } from "../core/stock/holds.ts";
import { unleased, type Hub, type ShopRuntime } from "./hub.ts";
import { afterSeeing, readCursor, unknownOf } from "./poll-cursor.ts";
import { pauseConnection } from "./run.ts";
import { siblingMarks } from "./siblings.ts";
import { stockMarksOfProducts } from "./stock-hints.ts";
import { heldWhenTold } from "./told-holds.ts";

/** Shops stamp a change with the second in which it began; a slow request commits later. */
export const ORDER_OVERLAP_MS = 10 * 60_000;
/** A shop that pages for ever is broken; 100,000 orders between two polls are not. */
export const POLL_PAGES_MAX = 1_000;

/** The first poll of a shop without `startAt`. */
const EVERYTHING_SINCE = "1970-01-01T00:00:00.000Z";

export interface PollReport {
  readonly seen: number;
  readonly marked: number;
}

/** One poll of one shop's orders. The first ever looks back to `startAt`. */
export async function pollOrders(hub: Hub, shop: ShopRuntime): Promise<Result<PollReport>> {
  if (await isPaused(hub, shop.connection)) return ok({ seen: 0, marked: 0 });
  const name = `orders/${shop.connection}`;
  const known = readCursor(await hub.store.cursor(name), shop.orders.rules.startAt ?? EVERYTHING_SINCE);
  const call = unleased(hub);
  let page: string | null = null;
  let cursor = known;
  const report = { seen: 0, marked: 0 };
  for (let pages = 1; pages <= POLL_PAGES_MAX; pages += 1) {
    const changed = await shop.port.changedOrders(overlapped(known.newest), page, call);
    if (!changed.ok) return pausing(hub, changed.failure);
    // What cannot be understood here is looked at too: its run says which field, and parks it by name.
    const unreadable = changed.value.unreadable.map(({ id }) => ({ id, modifiedAt: "" }));
    const changes = [...changed.value.items, ...unreadable];
    const unknown = unknownOf(known, changes);
    const ids = new Set(unknown.map(({ id }) => id));
    const orders = changed.value.items.filter(({ id }) => ids.has(id));
    cursor = afterSeeing(cursor, changes, ORDER_OVERLAP_MS);
    const told = orders.map((order): ToldHolds => ({
      orderId: order.id,
      placedAt: order.createdAt,
      lines: holdsOfOrder(order),
    }));
    const held = await heldWhenTold(hub, shop, told);
    const marks = [
      ...unknown.map(({ id }) => orderMark(shop, id, "poll")),
      ...stockMarksOfOrders(shop, orders),
      ...(await siblingMarks(hub, shop, held, { priority: PRIORITY.live, trigger: "poll" })),
    ];
    await hub.store.advance(
      { name, value: JSON.stringify(cursor) },
      marks,
      held.map(({ orderId, lines }) => ({ connection: shop.connection, orderId, lines })),
    );
    report.seen += changes.length;
    report.marked += marks.length;
    page = changed.value.nextPage;
    if (page === null) break;
  }
  await hub.store.resume(shop.connection);
  return ok(report);
}

export function orderMark(shop: ShopRuntime, id: string, trigger: Trigger, priority: number = PRIORITY.live): Mark {
  return { key: { flow: "order", connection: shop.connection, id }, priority, trigger };
}

/** The shop takes and gives back stock with its orders by itself; when no webhook told of it, the poll is what notices. */
function stockMarksOfOrders(shop: ShopRuntime, orders: readonly ShopOrder[]): readonly Mark[] {
  if (!shop.stock.enabled) return [];
  const lines = orders.flatMap((order) => order.lines);
  const ids = new Set(
    lines.flatMap(({ kind, variantId }) => (kind === "product" && variantId !== null ? [variantId] : [])),
  );
  return [...ids].map((id) => ({
    key: { flow: "stock", connection: shop.connection, id },
    priority: PRIORITY.live,
    trigger: "poll",
  }));
}

function overlapped(sinceIso: string): string {
  return new Date(Date.parse(sinceIso) - ORDER_OVERLAP_MS).toISOString();
}

/** What changed in the ERP since the last look, as hints for variants and for orders that wait for something there. */
export async function pollErp(hub: Hub, erp: ErpPort): Promise<Result<PollReport>> {
  if (await isPaused(hub, erp.connection)) return ok({ seen: 0, marked: 0 });
  const name = `stock/${erp.connection}`;
  const changes = await erp.stockChanges(await hub.store.cursor(name), unleased(hub));
  if (!changes.ok) return pausing(hub, changes.failure);
  const { productIds, orderIds, sentOrderIds, cursor } = changes.value;
  const marks = await stockMarksOfProducts(hub, erp, productIds, { priority: PRIORITY.live, trigger: "poll" });
  marks.push(...(await waitingOrders(hub, orderIds, new Set(sentOrderIds))));
  await hub.store.advance({ name, value: cursor }, marks, []);
  await hub.store.resume(erp.connection);
  return ok({ seen: productIds.length + orderIds.length, marked: marks.length });
}

/** Orders that wait for something in the ERP, and those of which something was sent that their shop is to be told. */
async function waitingOrders(
  hub: Hub,
  orderIds: readonly number[],
  sentOrderIds: ReadonlySet<number>,
): Promise<readonly Mark[]> {
  if (orderIds.length === 0) return [];
  const marks: Mark[] = [];
  for (const link of await hub.store.linksByErp("order", orderIds)) {
    const key = { flow: "order", connection: link.connection, id: link.shopId } as const;
    const isTold = hub.shops.get(link.connection)?.orders.rules.deliveries === "odoo";
    const concerns =
      (isTold && sentOrderIds.has(link.erpId)) || (await hub.store.keyState(key))?.state === "waiting-for-delivery";
    if (concerns) marks.push({ key, priority: PRIORITY.live, trigger: "poll" });
  }
  return marks;
}

/** Why the first of these connections that is paused waits; null: none does. */
export async function pausedFailure(hub: Hub, connections: readonly string[]): Promise<Failure | null> {
  for (const connection of connections) {
    const { pausedUntilMs, failure: found } = await hub.store.connectionState(connection);
    if (pausedUntilMs === null || pausedUntilMs <= hub.clock.nowMs()) continue;
    return found ?? failure("CONNECTION_DOWN", { connection, reason: "it is paused" }, { connection });
  }
  return null;
}

/** A connection that waits is not polled; when its pause is over, the poll is as good a probe as any run. */
export async function isPaused(hub: Hub, connection: string): Promise<boolean> {
  const { pausedUntilMs } = await hub.store.connectionState(connection);
  return pausedUntilMs !== null && pausedUntilMs > hub.clock.nowMs();
}

export async function pausing<T>(hub: Hub, found: Failure): Promise<Result<T>> {
  if (FAILURES[found.code].reaction === "pause" && found.connection !== undefined)
    await pauseConnection(found.connection, found, hub);
  return { ok: false, failure: found };
}
