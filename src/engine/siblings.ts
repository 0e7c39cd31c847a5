/**
 * Shops that sell from the same ERP: what one of them has sold is not the others' to sell. A change of what an order holds is
 * therefore a reason to look at the same products in the other shops. A shop that is alone on its ERP costs no query.
 */
import type { Trigger } from "../core/key.ts";
import type { OrderHold } from "../core/ports/shop.ts";
import type { Mark } from "../core/ports/store.ts";
import type { Hub, ShopRuntime } from "./hub.ts";

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
  how: { readonly priority: number; readonly trigger: Trigger },
): Promise<readonly Mark[]> {
  const siblings = new Set(
    siblingsOf(hub, shop)
      .filter(({ stock }) => stock.enabled)
      .map(({ connection }) => connection),
  );
  if (siblings.size === 0 || orders.length === 0) return [];
  const changed = await changedVariants(hub, shop, orders);
  if (changed.length === 0) return [];
  const own = await hub.store.links(shop.connection, "variant", changed);
  const productIds = [...new Set(own.map(({ erpId }) => erpId))];
  const links = await hub.store.linksByErp("variant", productIds);
  return links
    .filter(({ connection }) => siblings.has(connection))
    .map(({ connection, shopId }) => ({ key: { flow: "stock", connection, id: shopId }, ...how }));
}

async function changedVariants(hub: Hub, shop: ShopRuntime, orders: readonly OrderHolds[]): Promise<readonly string[]> {
  const stored = await hub.store.holdsOfOrders(
    shop.connection,
    orders.map(({ orderId }) => orderId),
  );
  const before = new Map(stored.map((hold) => [nameOf(hold), hold.variantId]));
  const after = new Map(orders.flatMap(({ lines }) => lines.map((hold) => [nameOf(hold), hold.variantId] as const)));
  const gone = [...before].filter(([name]) => !after.has(name));
  const come = [...after].filter(([name]) => !before.has(name));
  return [...new Set([...gone, ...come].map(([, variantId]) => variantId))];
}

function nameOf({ orderId, variantId, locationId, quantity }: OrderHold): string {
  return JSON.stringify([orderId, variantId, locationId, quantity]);
}
