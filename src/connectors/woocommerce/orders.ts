/** Orders by id and by number, and the hub's marks on them: an outcome for each, whatever becomes of the others. */
import { chunks } from "../../core/chunks.ts";
import { failure, type Failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { OrderMarkWrite } from "../../core/ports/shop.ts";
import type { ShopOrder } from "../../core/order/shop-order.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { broken } from "./answer.ts";
import { readBatch } from "./batch.ts";
import type { WooClient } from "./client.ts";
import { decodeOrder, hasRefunds, MARK_KEYS } from "./decode-order.ts";
import { idOfItem } from "./decode-variant.ts";
import {
  BATCH_ITEMS_MAX,
  INCLUDE_IDS_MAX,
  MARK_SENTENCE_CHARS_MAX,
  REFUND_PAGES_MAX,
  SEARCH_PAGES_MAX,
} from "./limits.ts";
import { isId, readAll, readPage } from "./listing.ts";

export async function readOrders(
  client: WooClient,
  ids: readonly string[],
  call: CallContext,
): Promise<ReadonlyMap<string, Result<ShopOrder | null>>> {
  const outcomes = new Map<string, Result<ShopOrder | null>>();
  const wanted = new Set(ids);
  for (const id of wanted) if (!isId(id)) outcomes.set(id, ok(null));
  for (const group of chunks([...wanted].filter(isId), INCLUDE_IDS_MAX)) {
    const [only] = group;
    if (group.length === 1 && only !== undefined) {
      outcomes.set(only, await readOrder(client, only, call));
      continue;
    }
    const read = await readPage(client, "/orders", { include: group.join(","), status: "any", orderby: "id" }, 1, call);
    if (!read.ok) {
      for (const id of group) outcomes.set(id, read);
      continue;
    }
    for (const body of read.value.items) {
      const id = idOfItem(body);
      if (id !== null && wanted.has(id)) outcomes.set(id, await wholeOrder(client, body, id, call));
    }
    // Those in the trash are in no list, but still answer to their id.
    for (const id of group) if (!outcomes.has(id)) outcomes.set(id, await readOrder(client, id, call));
  }
  return outcomes;
}

async function readOrder(client: WooClient, id: string, call: CallContext): Promise<Result<ShopOrder | null>> {
  const answer = await client.get(`/orders/${id}`, {}, call);
  if (!answer.ok) return answer;
  return answer.value.found ? wholeOrder(client, answer.value.body, id, call) : ok(null);
}

/** With its refunds, which are read only of an order that has some. */
async function wholeOrder(client: WooClient, body: unknown, id: string, call: CallContext): Promise<Result<ShopOrder>> {
  if (!hasRefunds(body)) return decodeOrder(body, id);
  const refunds = await readAll(client, `/orders/${id}/refunds`, {}, REFUND_PAGES_MAX, call);
  return refunds.ok ? decodeOrder(body, id, refunds.value) : refunds;
}

/** The number is the id, unless a plugin numbers orders; then the search finds it. */
export async function findOrderByNumber(
  client: WooClient,
  number: string,
  call: CallContext,
): Promise<Result<ShopOrder | null>> {
  const wanted = number.trim().replace(/^#/, "");
  if (wanted === "") return ok(null);
  let byId: ShopOrder | null = null;
  if (isId(wanted)) {
    const read = await readOrder(client, wanted, call);
    if (!read.ok) return read;
    if (read.value?.number === wanted) return read;
    byId = read.value;
  }
  const found = await readAll(client, "/orders", { search: wanted, status: "any" }, SEARCH_PAGES_MAX, call);
  if (!found.ok) return found;
  for (const body of found.value) {
    if (typeof body !== "object" || body === null || !("number" in body) || String(body.number) !== wanted) continue;
    return wholeOrder(client, body, idOfItem(body) ?? wanted, call);
  }
  return ok(byId);
}

export async function writeOrderMarks(
  client: WooClient,
  writes: readonly OrderMarkWrite[],
  call: CallContext,
): Promise<ReadonlyMap<string, Result<void>>> {
  const outcomes = new Map<string, Result<void>>();
  for (const { orderId } of writes) if (!isId(orderId)) outcomes.set(orderId, fail(orderGone(orderId)));
  for (const group of chunks(
    writes.filter(({ orderId }) => isId(orderId)),
    BATCH_ITEMS_MAX,
  )) {
    const update = group.map((write) => ({ id: Number(write.orderId), meta_data: metaOf(write) }));
    const answer = await readBatch(client, "/orders/batch", update, call);
    for (const { orderId } of group) {
      if (!answer.ok) outcomes.set(orderId, answer);
      else outcomes.set(orderId, markOutcome(client, orderId, answer.value.get(orderId)));
    }
  }
  return outcomes;
}

function markOutcome(client: WooClient, orderId: string, item: Result<unknown> | undefined): Result<void> {
  if (item === undefined)
    return fail(
      broken({ connection: client.connection, what: "POST /orders/batch" }, `no outcome for order ${orderId}`),
    );
  if (item.ok) return ok(undefined);
  return fail(item.failure.params["status"]?.endsWith("invalid_id") === true ? orderGone(orderId) : item.failure);
}

function orderGone(order: string): Failure {
  return failure("ORDER_GONE", { order });
}

function metaOf(write: OrderMarkWrite): { key: string; value: string }[] {
  const values: [string, string | null][] = [
    [MARK_KEYS.status, write.status],
    [MARK_KEYS.sentence, write.sentence.slice(0, MARK_SENTENCE_CHARS_MAX)],
    [MARK_KEYS.odooOrder, write.odooOrder],
    [MARK_KEYS.odooOrderId, write.odooOrderId],
    [MARK_KEYS.odooInvoice, write.odooInvoice],
  ];
  return values.flatMap(([key, value]) => (value === null ? [] : [{ key, value }]));
}
