/**
 * Webhooks in. A delivery is checked, then its row, its holds and the marks of its keys are committed together; only
 * then may the caller acknowledge it. A delivery that was already taken is acknowledged again and changes nothing.
 */
import { PRIORITY } from "../core/key.ts";
import type { InboxEntry, Mark } from "../core/ports/store.ts";
import { ok, type Result } from "../core/result.ts";
import type { Hub } from "./hub.ts";
import { stockMarksOfProducts } from "./stock-hints.ts";

export interface Received {
  /** False: it had been taken before. */
  readonly taken: boolean;
  /** Why nothing was to be done with it; null when there was. */
  readonly ignored: string | null;
}

/** Header names that may be kept with a delivery: no cookies, no authorisation, no signatures. */
const KEPT_HEADERS = [
  "content-type",
  "user-agent",
  "x-wc-webhook-topic",
  "x-wc-webhook-source",
  "x-wc-webhook-id",
  "x-wc-webhook-delivery-id",
];

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
  const { deliveryId, topic, keys, holds, ignored } = decoded.value;
  if (ignored !== null || deliveryId === null)
    return ok({ taken: false, ignored: ignored ?? "it carries no delivery id" });
  const wanted = keys.filter((key) => (key.flow === "order" ? shop.orders.enabled : shop.stock.enabled));
  const marks = wanted.map((key): Mark => ({ key, priority: PRIORITY.live, trigger: "webhook" }));
  const entry = inboxEntry(hub, connection, deliveryId, topic, headers, raw);
  const taken = await hub.store.receive(entry, marks, shop.orders.enabled ? holds : null);
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
  connection: string,
  deliveryId: string,
  topic: string,
  headers: Readonly<Record<string, string>>,
  raw: Uint8Array,
): InboxEntry {
  const kept = Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
  return { connection, deliveryId, topic, headers: kept, raw, receivedAtMs: hub.clock.nowMs() };
}
