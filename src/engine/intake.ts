/**
 * Webhooks in. A delivery is checked, then its row, its holds and the marks of its keys are committed together; only
 * then may the caller acknowledge it. A delivery that was already taken is acknowledged again and changes nothing.
 */
import { PRIORITY, type Key } from "../core/key.ts";
import type { InboxEntry, Mark } from "../core/ports/store.ts";
import { ok, type Result } from "../core/result.ts";
import type { Hub, ShopRuntime } from "./hub.ts";
import { siblingMarks } from "./siblings.ts";
import { stockMarksOfProducts } from "./stock-hints.ts";
import { heldWhenTold } from "./told-holds.ts";

export interface Received {
  /** False: it had been taken before. */
  readonly taken: boolean;
  /** Why nothing was to be done with it; null when there was. */
  readonly ignored: string | null;
}

export async function receiveShopDelivery(
  hub: Hub,
  connection: string,
  headers: Readonly<Record<string, string>>,
  raw: Uint8Array,
): Promise<Result<Received>> {
  const shop = hub.shops.get(connection);
  if (shop === undefined) throw new Error(`no shop ${connection}`);
  const decoded = shop.port.decodeDelivery(headers, raw);
  if (!decoded.ok) return decoded;
  const { deliveryId, topic, keys, itemIds, ignored } = decoded.value;
  if (ignored !== null || deliveryId === null)
    return ok({ taken: false, ignored: ignored ?? "it carries no delivery id" });
  const wanted = keys.filter((key) => (key.flow === "order" ? shop.orders.enabled : shop.stock.enabled));
  // What is counted and has no link yet is the sweep's to find.
  const counted = shop.stock.enabled ? await hub.store.linksByItem(connection, itemIds) : [];
  const all = [...wanted, ...counted.map(({ shopId }): Key => ({ flow: "stock", connection, id: shopId }))];
  const how = { priority: PRIORITY.live, trigger: "webhook" } as const;
  const told = shop.orders.enabled && decoded.value.holds !== null ? [decoded.value.holds] : [];
  const [holds = null] = await heldWhenTold(hub, shop, told);
  const marks = all.map((key): Mark => ({ key, ...how }));
  if (holds !== null) marks.push(...(await siblingMarks(hub, shop, [holds], how)));
  const entry = inboxEntry(hub, shop, deliveryId, topic, headers, raw);
  const taken = await hub.store.receive(entry, marks, holds);
  return ok({ taken, ignored: null });
}

/** An automation's post carries no id and no signature: it is only a hint, and a doubled one marks the same keys again. */
export async function receiveErpDelivery(hub: Hub, connection: string, raw: Uint8Array): Promise<Result<Received>> {
  const erp = hub.erps.get(connection);
  if (erp === undefined) throw new Error(`no ERP ${connection}`);
  const decoded = erp.decodeDelivery(raw);
  if (!decoded.ok) return decoded;
  const marks = await stockMarksOfProducts(hub, erp, decoded.value.productIds, {
    priority: PRIORITY.live,
    trigger: "webhook",
  });
  if (marks.length === 0) return ok({ taken: false, ignored: "none of its products is linked to a variant" });
  await hub.store.mark(marks);
  return ok({ taken: true, ignored: null });
}

function inboxEntry(
  hub: Hub,
  { connection, port }: ShopRuntime,
  deliveryId: string,
  topic: string,
  headers: Readonly<Record<string, string>>,
  raw: Uint8Array,
): InboxEntry {
  const kept = Object.fromEntries(
    port.deliveryHeaders.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
  return { connection, deliveryId, topic, headers: kept, raw, receivedAtMs: hub.clock.nowMs() };
}
