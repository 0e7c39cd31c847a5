/**
 * A webhook's delivery: its signature over the raw bytes first, then what it says to look at. Pure. What it carries is
 * only a hint, so that a payload which a plugin has bent still gives its key.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { failure, type Failure } from "../../core/failures.ts";
import type { Key } from "../../core/key.ts";
import type { Delivery } from "../../core/ports/shop.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { holdsOfOrder } from "../../core/stock/holds.ts";
import { shopErrorOf } from "./answer.ts";
import { decodeOrder } from "./decode-order.ts";
import { idOfItem, isParent } from "./decode-variant.ts";
import { WEBHOOK_TOPICS } from "./webhooks.ts";

/** Sent unsigned, once, when a webhook is created or switched on. */
const PING = /^webhook_id=\d{1,20}$/;
const PING_BYTES_MAX = 40;

export interface DeliverySettings {
  readonly connection: string;
  readonly webhookSecret: string;
}

export function decodeDelivery(
  settings: DeliverySettings,
  headers: Readonly<Record<string, string>>,
  raw: Uint8Array,
): Result<Delivery> {
  const { connection } = settings;
  const signature = headers["x-wc-webhook-signature"];
  if (signature === undefined || signature === "") {
    if (isPing(raw))
      return ok({ deliveryId: null, topic: "ping", keys: [], itemIds: [], holds: null, ignored: "a ping" });
    return fail(failure("WEBHOOK_SIGNATURE_MISSING", { connection }));
  }
  if (!isSigned(settings.webhookSecret, raw, signature))
    return fail(failure("WEBHOOK_SIGNATURE_INVALID", { connection }));
  return readDelivery(settings, headers, raw);
}

/** What a delivery says, its signature aside. */
export function readDelivery(
  { connection }: Pick<DeliverySettings, "connection">,
  headers: Readonly<Record<string, string>>,
  raw: Uint8Array,
): Result<Delivery> {
  const topic = headers["x-wc-webhook-topic"];
  if (topic === undefined || topic === "") return fail(invalid(connection, "x-wc-webhook-topic", "is missing"));
  const deliveryId = headers["x-wc-webhook-delivery-id"];
  if (deliveryId === undefined || deliveryId === "")
    return fail(invalid(connection, "x-wc-webhook-delivery-id", "is missing"));
  const body = parse(raw);
  if (body === undefined) return fail(invalid(connection, "the body", "is not JSON"));
  return told(connection, deliveryId, topic, body);
}

function told(connection: string, deliveryId: string, topic: string, body: unknown): Result<Delivery> {
  const ignore = (why: string): Result<Delivery> =>
    ok({ deliveryId, topic, keys: [], itemIds: [], holds: null, ignored: why });
  if (!WEBHOOK_TOPICS.some((known) => known === topic)) return ignore(`the hub does not use the topic ${topic}`);
  const id = idOfItem(body);
  if (id === null) {
    // The shop describes the thing when it delivers; what is gone by then is described by an error.
    const error = shopErrorOf(body);
    return error === null
      ? fail(invalid(connection, "id", "is missing or not a whole number"))
      : ignore(`the shop itself could not read it any more (${error.code})`);
  }
  const isDeleted = topic.endsWith(".deleted");
  if (topic.startsWith("product.")) {
    if (!isDeleted && isParentBody(body))
      return ignore("a product that is not sold itself; its variations are told by their own ids");
    return ok({
      deliveryId,
      topic,
      keys: [{ flow: "stock", connection, id }],
      itemIds: [],
      holds: null,
      ignored: null,
    });
  }
  const key: Key = { flow: "order", connection, id };
  return ok({
    deliveryId,
    topic,
    keys: [key],
    itemIds: [],
    holds: isDeleted ? { orderId: id, placedAt: null, lines: [] } : holdsOf(body, id),
    ignored: null,
  });
}

function isParentBody(body: unknown): boolean {
  return (
    typeof body === "object" &&
    body !== null &&
    "type" in body &&
    typeof body.type === "string" &&
    isParent({ type: body.type })
  );
}

/** Null when the order cannot be understood: its run will say so; nothing is known of what it holds. */
function holdsOf(body: unknown, id: string): Delivery["holds"] {
  const order = decodeOrder(body, id);
  return order.ok ? { orderId: id, placedAt: order.value.createdAt, lines: holdsOfOrder(order.value) } : null;
}

function isPing(raw: Uint8Array): boolean {
  return raw.byteLength <= PING_BYTES_MAX && PING.test(Buffer.from(raw).toString("latin1"));
}

function isSigned(secret: string, raw: Uint8Array, signature: string): boolean {
  const expected = createHmac("sha256", secret).update(raw).digest();
  const given = Buffer.from(signature, "base64");
  return given.byteLength === expected.byteLength && timingSafeEqual(given, expected);
}

/** Undefined for what is no JSON, or no text at all. */
function parse(raw: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw)) as unknown;
  } catch {
    return undefined;
  }
}

function invalid(connection: string, field: string, why: string): Failure {
  return failure("WEBHOOK_BODY_INVALID", { connection, field, why });
}
