/**
 * The hub's mark on an order: metafields of the plain namespace `stockbridge`, and one tag. The plain namespace and not the app's
 * own (`$app:`): people can pin the fields in the admin, and a hub that is connected anew by another app finds what was written
 * before, which is what keeps it from doubling a document.
 *
 * Tags are written first and the metafields last: the core compares the metafields, so a mark counts as written only when all of
 * it is. Both writes can be repeated, and an order that says all this already is not written to, so the echo of a write changes nothing.
 */
import { failure, type Failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { OrderMarkWrite } from "../../core/ports/shop.ts";
import type { OrderSyncMark } from "../../core/order/shop-order.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ShopifyClient } from "./client.ts";
import { refusal, type UserError } from "./errors.ts";
import { gid, isNumericId } from "./ids.ts";
import { setMarks, setTag } from "./operations/marks.ts";
import { MARK_SENTENCE_CHARS_MAX, METAFIELDS_PER_CALL_MAX } from "./order-limits.ts";

/** The namespace stands in operations/orders.ts too, where it is read. */
const MARK_NAMESPACE = "stockbridge";

/** By field of the mark: the metafield's key and type. */
const FIELDS = {
  status: { key: "status", type: "single_line_text_field" },
  sentence: { key: "sentence", type: "multi_line_text_field" },
  odooOrder: { key: "odoo_order", type: "single_line_text_field" },
  odooOrderId: { key: "odoo_order_id", type: "single_line_text_field" },
  odooInvoice: { key: "odoo_invoice", type: "single_line_text_field" },
} as const;

const STATUSES = ["synced", "failed", "held", "waiting"] as const;

interface Metafield {
  readonly ownerId: string;
  readonly namespace: string;
  readonly key: string;
  readonly type: string;
  readonly value: string;
}

/** One order's part of a call. */
interface Marked {
  readonly write: OrderMarkWrite;
  readonly metafields: readonly Metafield[];
}

export function readMark(metafields: readonly { readonly key: string; readonly value: string }[]): OrderSyncMark {
  const read = ({ key }: { readonly key: string }) => metafields.find((one) => one.key === key)?.value || null;
  const status = read(FIELDS.status);
  return {
    status: STATUSES.find((known) => known === status) ?? null,
    sentence: read(FIELDS.sentence),
    odooOrder: read(FIELDS.odooOrder),
    odooOrderId: read(FIELDS.odooOrderId),
    odooInvoice: read(FIELDS.odooInvoice),
  };
}

/** `odoo:synced`. */
function tagOf(status: OrderMarkWrite["status"]): string {
  return `odoo:${status}`;
}

export async function writeOrderMarks(
  client: Pick<ShopifyClient, "connection" | "request">,
  writes: readonly OrderMarkWrite[],
  call: CallContext,
): Promise<ReadonlyMap<string, Result<void>>> {
  const outcomes = new Map<string, Result<void>>();
  const tagged: Marked[] = [];
  for (const write of writes) {
    const done = isNumericId(write.orderId) ? await writeTag(client, write, call) : fail(orderGone(write.orderId));
    if (done.ok) tagged.push({ write, metafields: metafieldsOf(write) });
    else outcomes.set(write.orderId, done);
  }
  for (const group of groups(tagged)) await writeGroup(client, group, call, outcomes);
  return outcomes;
}

async function writeTag(
  client: Pick<ShopifyClient, "connection" | "request">,
  { orderId, status }: OrderMarkWrite,
  call: CallContext,
): Promise<Result<void>> {
  const remove = STATUSES.filter((other) => other !== status).map(tagOf);
  const written = await client.request(setTag, { id: gid("Order", orderId), add: [tagOf(status)], remove }, call);
  if (!written.ok) return written;
  const { tagsRemove, tagsAdd } = written.value;
  const errors = [...(tagsRemove?.userErrors ?? []), ...(tagsAdd?.userErrors ?? [])];
  return outcomeOf(client.connection, orderId, errors, "the tag");
}

/** As many whole orders as fit into one call. */
function groups(marked: readonly Marked[]): readonly (readonly Marked[])[] {
  const all: Marked[][] = [];
  let room = 0;
  for (const one of marked) {
    if (all.length === 0 || one.metafields.length > room) {
      all.push([]);
      room = METAFIELDS_PER_CALL_MAX;
    }
    all.at(-1)!.push(one);
    room -= one.metafields.length;
  }
  return all;
}

/** All or nothing is written: where the shop refuses one order's part, each is written by itself. */
async function writeGroup(
  client: Pick<ShopifyClient, "connection" | "request">,
  group: readonly Marked[],
  call: CallContext,
  outcomes: Map<string, Result<void>>,
): Promise<void> {
  const metafields = group.flatMap((one) => one.metafields);
  const written = await client.request(setMarks, { metafields }, call);
  const errors = written.ok ? (written.value.metafieldsSet?.userErrors ?? []) : [];
  if (errors.length > 0 && group.length > 1) {
    for (const one of group) await writeGroup(client, [one], call, outcomes);
    return;
  }
  for (const { write } of group) {
    outcomes.set(write.orderId, written.ok ? outcomeOf(client.connection, write.orderId, errors, "the mark") : written);
  }
}

function outcomeOf(connection: string, orderId: string, errors: readonly UserError[], what: string): Result<void> {
  if (errors.some(isGone)) return fail(orderGone(orderId));
  const refused = refusal(connection, errors, `${what} of order ${orderId}`);
  return refused === null ? ok(undefined) : fail(refused);
}

/** Shopify has no code for it: both mutations say it of the owner in words. */
function isGone({ message }: UserError): boolean {
  return /does not exist|not found/i.test(message);
}

function orderGone(order: string): Failure {
  return failure("ORDER_GONE", { order });
}

function metafieldsOf(write: OrderMarkWrite): readonly Metafield[] {
  const values = { ...write, sentence: write.sentence.slice(0, MARK_SENTENCE_CHARS_MAX) };
  const ownerId = gid("Order", write.orderId);
  return (Object.keys(FIELDS) as (keyof typeof FIELDS)[]).flatMap((field) => {
    const value = values[field];
    // Shopify has no blank metafields.
    if (value === null || value === "") return [];
    return [{ ownerId, namespace: MARK_NAMESPACE, ...FIELDS[field], value }];
  });
}
