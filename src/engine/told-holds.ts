/**
 * What orders hold as soon as they are told, until their runs say it better. An order from before the start of the synchronisation
 * holds nothing unless it is known: when somebody changes a thousand old orders, what they took long ago is not held back again.
 */
import { isPlacedBeforeStart } from "../core/order/rules.ts";
import type { ToldHolds } from "../core/ports/shop.ts";
import type { Hub, ShopRuntime } from "./hub.ts";

export async function heldWhenTold(hub: Hub, shop: ShopRuntime, told: readonly ToldHolds[]): Promise<ToldHolds[]> {
  const { rules } = shop.orders;
  const old = told.filter(({ placedAt }) => placedAt !== null && isPlacedBeforeStart(rules, placedAt));
  if (old.length === 0) return [...told];
  const links = await hub.store.links(
    shop.connection,
    "order",
    old.map(({ orderId }) => orderId),
  );
  const known = new Set(links.map(({ shopId }) => shopId));
  const none = new Set(old.filter(({ orderId }) => !known.has(orderId)));
  return told.map((one) => (none.has(one) ? { ...one, lines: [] } : one));
}
