/**
 * Shops that sell from the same ERP: what one of them has sold is not the others' to sell. A change of what an order holds is
 * therefore a reason to look at the same products in the other shops. A shop that is alone on its ERP costs no query when an
 * order is told.
 */
import type { OrderHold } from "../core/ports/shop.ts";
import type { Link, Mark } from "../core/ports/store.ts";
import type { Hub, ShopRuntime } from "./hub.ts";
import { stockMarksIn, type MarkReason } from "./stock-hints.ts";

export interface OrderHolds {
  readonly orderId: string;
  readonly lines: readonly OrderHold[];
}

/** The other shops on the shop's ERP. */
export function siblingsOf(hub: Hub, shop: ShopRuntime): readonly ShopRuntime[] {
  return [...hub.shops.values()].filter((other) => other !== shop && other.erp === shop.erp);
}

/** For orders whose holds are about to be replaced by these: the keys of the other shops that sell what changed. */
export async function siblingMarks(
  hub: Hub,
  shop: ShopRuntime,
  orders: readonly OrderHolds[],
  how: MarkReason,
): Promise<readonly Mark[]> {
  if (siblingsOf(hub, shop).length === 0 || orders.length === 0) return [];
  const { gone, come } = await changedVariants(hub, shop, orders);
  return marksAt(hub, shop, [...new Set([...gone, ...come])], how);
}

/**
 * For orders whose runs end with these holds: the keys of all shops that sell what changed. The order's own shop is among them for
 * what is held no more: a stock run beside the order's may have counted the hold and Odoo's reservation both.
 */
export async function settledMarks(
  hub: Hub,
  shop: ShopRuntime,
  orders: readonly OrderHolds[],
  how: MarkReason,
): Promise<readonly Mark[]> {
  if (orders.length === 0) return [];
  const { gone, come } = await changedVariants(hub, shop, orders);
  const own = shop.stock.enabled ? gone : [];
  return [
    ...own.map((id): Mark => ({ key: { flow: "stock", connection: shop.connection, id }, ...how })),
    ...(await marksAt(hub, shop, [...new Set([...gone, ...come])], how)),
  ];
}

/**
 * For variants whose runs end with these links: the keys of the other shops that sell the product, or the one that it was before.
 * What a variant without a link has sold held nothing back elsewhere.
 */
export async function relinkedMarks(
  hub: Hub,
  shop: ShopRuntime,
  links: readonly Link[],
  how: MarkReason,
): Promise<readonly Mark[]> {
  if (siblingsOf(hub, shop).length === 0 || links.length === 0) return [];
  const variantIds = links.map(({ shopId }) => shopId);
  const stored = await hub.store.links(shop.connection, "variant", variantIds);
  const before = new Map(stored.map(({ shopId, erpId }) => [shopId, erpId]));
  const changed = links.filter(({ shopId, erpId }) => before.get(shopId) !== erpId);
  if (changed.length === 0) return [];
  const holds = await hub.store.holds(
    shop.connection,
    changed.map(({ shopId }) => shopId),
  );
  const held = new Set(holds.map(({ variantId }) => variantId));
  const productIds = changed
    .filter(({ shopId }) => held.has(shopId))
    .flatMap(({ shopId, erpId }) => [erpId, before.get(shopId) ?? erpId]);
  return stockMarksIn(hub, siblingsOf(hub, shop), productIds, how);
}

async function marksAt(
  hub: Hub,
  shop: ShopRuntime,
  variantIds: readonly string[],
  how: MarkReason,
): Promise<readonly Mark[]> {
  if (siblingsOf(hub, shop).length === 0 || variantIds.length === 0) return [];
  const own = await hub.store.links(shop.connection, "variant", variantIds);
  const productIds = own.map(({ erpId }) => erpId);
  return stockMarksIn(hub, siblingsOf(hub, shop), productIds, how);
}

/** Variants with a hold that is there no more, and with one that was not there before. */
async function changedVariants(
  hub: Hub,
  shop: ShopRuntime,
  orders: readonly OrderHolds[],
): Promise<{ readonly gone: readonly string[]; readonly come: readonly string[] }> {
  const stored = await hub.store.holdsOfOrders(
    shop.connection,
    orders.map(({ orderId }) => orderId),
  );
  const before = new Map(stored.map((hold) => [nameOf(hold), hold.variantId]));
  const after = new Map(orders.flatMap(({ lines }) => lines.map((hold) => [nameOf(hold), hold.variantId] as const)));
  const missing = (from: ReadonlyMap<string, string>, within: ReadonlyMap<string, string>): readonly string[] => [
    ...new Set([...from].filter(([name]) => !within.has(name)).map(([, variantId]) => variantId)),
  ];
  return { gone: missing(before, after), come: missing(after, before) };
}

function nameOf({ orderId, variantId, locationId, quantity }: OrderHold): string {
  return JSON.stringify([orderId, variantId, locationId, quantity]);
}
