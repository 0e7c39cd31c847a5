/**
 * A webhook's delivery: its signature over the raw bytes first, then what it says to look at. Pure. Bodies have the shape of
 * Shopify's old REST API; they are only hints, so one that is bent gives its key as long as it tells an id.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { failure, type Failure } from "../../core/failures.ts";
import type { Key } from "../../core/key.ts";
import type { Delivery } from "../../core/ports/shop.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { holdsOfOrder } from "../../core/stock/holds.ts";
import { orderNumber } from "./decode-order.ts";
import { numericId } from "./ids.ts";
import { orderStatus } from "./order-status.ts";
import { DELIVERY_KEYS_MAX, VARIANT_CHANGE_MS } from "./stock-limits.ts";
import { UNDERSTOOD_TOPICS, type TopicKind } from "./webhook-topics.ts";

/** Kept with a delivery: neither the signature nor anything of the sender's. */
export const DELIVERY_HEADERS = [
  "content-type",
  "user-agent",
  "x-shopify-topic",
  "x-shopify-shop-domain",
  "x-shopify-api-version",
  "x-shopify-webhook-id",
  "x-shopify-event-id",
  "x-shopify-triggered-at",
  "x-shopify-test",
] as const;

export interface DeliverySettings {
  readonly connection: string;
  /** The shop's own address. */
  readonly url: string;
  readonly webhookSecret: string;
}

type Headers = Readonly<Record<string, string>>;

export function decodeDelivery(settings: DeliverySettings, headers: Headers, raw: Uint8Array): Result<Delivery> {
  const { connection } = settings;
  const signature = headers["x-shopify-hmac-sha256"];
  if (signature === undefined || signature === "") return fail(failure("WEBHOOK_SIGNATURE_MISSING", { connection }));
  if (!isSigned(settings.webhookSecret, raw, signature))
    return fail(failure("WEBHOOK_SIGNATURE_INVALID", { connection }));
  return readDelivery(settings, headers, raw);
}

/** What a delivery says, its signature aside. */
export function readDelivery(
  { connection, url }: Pick<DeliverySettings, "connection" | "url">,
  headers: Headers,
  raw: Uint8Array,
): Result<Delivery> {
  const [topic, deliveryId, shop] = ["x-shopify-topic", "x-shopify-webhook-id", "x-shopify-shop-domain"].map(
    (name) => headers[name] ?? "",
  );
  if (!topic) return fail(invalid(connection, "x-shopify-topic", "is missing"));
  if (!deliveryId) return fail(invalid(connection, "x-shopify-webhook-id", "is missing"));
  if (!isFrom(url, shop ?? "")) return fail(invalid(connection, "x-shopify-shop-domain", "is another shop's"));
  const ignore = (why: string): Result<Delivery> =>
    ok({ deliveryId, topic, keys: [], itemIds: [], holds: null, ignored: why });
  const known = UNDERSTOOD_TOPICS.find(({ name }) => name === topic);
  if (known === undefined) return ignore(`the hub does not use the topic ${topic}`);
  if (headers["x-shopify-test"] === "true")
    return ignore("a test notification, or an order made for testing: nothing of it may reach the books");
  const body = parse(raw);
  if (body === undefined) return fail(invalid(connection, "the body", "is not JSON"));
  const told = READERS[known.kind](connection, body);
  return told.ok ? ok({ deliveryId, topic, ...told.value, ignored: null }) : told;
}

type Told = Pick<Delivery, "keys" | "itemIds" | "holds">;
type Reader = (connection: string, body: unknown) => Result<Told>;

/** Ids beyond 2^53 come as text from `parse`. */
const numberShape = z.union([z.int().positive().transform(String), z.string().regex(/^[1-9]\d{0,19}$/)]);
const gidShape = z
  .string()
  .regex(/^gid:\/\/shopify\/[A-Za-z]+\/\d{1,20}$/)
  .transform(numericId);

const idShape = z.object({ id: numberShape });
const gidIdShape = z.object({ admin_graphql_api_id: gidShape });
const orderIdShape = z.object({ order_id: numberShape });
const editShape = z.object({ order_edit: orderIdShape });
const orderGidShape = z.object({ admin_graphql_api_order_id: gidShape });
const itemIdShape = z.object({ inventory_item_id: numberShape });

const READERS: Readonly<Record<TopicKind, Reader>> = {
  order: (connection, body) => {
    const id = ownId(body);
    return id === null ? fail(noId(connection, "id")) : ok({ ...orderKey(connection, id), holds: holdsOf(body, id) });
  },
  "order-gone": (connection, body) => {
    const id = ownId(body);
    return id === null
      ? fail(noId(connection, "id"))
      : ok({ ...orderKey(connection, id), holds: { orderId: id, placedAt: null, lines: [] } });
  },
  "of-an-order": (connection, body) => {
    const id = orderIdOf(body);
    return id === null ? fail(noId(connection, "order_id")) : ok({ ...orderKey(connection, id), holds: null });
  },
  level: (connection, body) => {
    const read = itemIdShape.safeParse(body);
    return read.success
      ? ok({ keys: [], itemIds: [read.data.inventory_item_id], holds: null })
      : fail(noId(connection, "inventory_item_id"));
  },
  item: (connection, body) => {
    const id = ownId(body);
    return id === null ? fail(noId(connection, "id")) : ok({ keys: [], itemIds: [id], holds: null });
  },
  product: (connection, body) => {
    if (ownId(body) === null) return fail(noId(connection, "id"));
    const keys = changedVariants(body).map((id): Key => ({ flow: "stock", connection, id }));
    return ok({ keys, itemIds: [], holds: null });
  },
};

function ownId(body: unknown): string | null {
  const number = idShape.safeParse(body);
  if (number.success) return number.data.id;
  const gid = gidIdShape.safeParse(body);
  return gid.success ? gid.data.admin_graphql_api_id : null;
}

function orderIdOf(body: unknown): string | null {
  const own = orderIdShape.safeParse(body);
  if (own.success) return own.data.order_id;
  const edit = editShape.safeParse(body);
  if (edit.success) return edit.data.order_edit.order_id;
  const gid = orderGidShape.safeParse(body);
  return gid.success ? gid.data.admin_graphql_api_order_id : null;
}

function orderKey(connection: string, id: string): Pick<Told, "keys" | "itemIds"> {
  return { keys: [{ flow: "order", connection, id }], itemIds: [] };
}

const orderBody = z.object({
  name: z.string(),
  processed_at: z.iso.datetime({ offset: true }).nullish().catch(null),
  cancelled_at: z.string().nullish(),
  financial_status: z.string().nullable(),
  fulfillment_status: z.string().nullish(),
  test: z.boolean().nullish(),
  line_items: z.array(
    z.object({
      variant_id: numberShape.nullish(),
      quantity: z.int().nonnegative(),
      current_quantity: z.int().nonnegative().nullish(),
    }),
  ),
});

/** Null when the body cannot be understood: its run reads the order. Where it is sent from is decided after it was told. */
function holdsOf(body: unknown, id: string): Delivery["holds"] {
  const read = orderBody.safeParse(body);
  if (!read.success) return null;
  const { name, processed_at, cancelled_at, financial_status, fulfillment_status, test, line_items } = read.data;
  const { status } = orderStatus({
    financial: financial_status,
    fulfilment: fulfillment_status ?? null,
    cancelledAt: cancelled_at ?? null,
  });
  const lines = line_items.map(({ variant_id, quantity, current_quantity }) => ({
    kind: "product" as const,
    variantId: variant_id ?? null,
    locationId: null,
    quantity: String(current_quantity ?? quantity),
  }));
  const order = { id, number: orderNumber(name), status, test: test === true, lines };
  const placedAt = processed_at ? new Date(processed_at).toISOString() : null;
  return { orderId: id, placedAt, lines: holdsOfOrder(order) };
}

const timeShape = z.string().refine((text) => !Number.isNaN(Date.parse(text)));
const productBody = z.object({
  updated_at: timeShape.nullish().catch(null),
  variants: z.array(z.object({ id: numberShape, updated_at: timeShape.nullish().catch(null) })).catch([]),
  /** All variants, also of products with more than the body's list holds. */
  variant_gids: z
    .array(z.object({ admin_graphql_api_id: gidShape, updated_at: timeShape.nullish().catch(null) }))
    .catch([]),
});

/** A change of one variant tells the whole product; those that have its time changed, and all where none has. */
function changedVariants(body: unknown): readonly string[] {
  const read = productBody.safeParse(body);
  if (!read.success) return [];
  const { updated_at, variants, variant_gids } = read.data;
  const changedAt = new Map<string, string | null>();
  for (const { id, updated_at: at } of variants) changedAt.set(id, at ?? null);
  for (const { admin_graphql_api_id: id, updated_at: at } of variant_gids) changedAt.set(id, at ?? null);
  const fromMs = updated_at ? Date.parse(updated_at) - VARIANT_CHANGE_MS : Number.NEGATIVE_INFINITY;
  const changed = [...changedAt].filter(([, at]) => at === null || Date.parse(at) >= fromMs).map(([id]) => id);
  return (changed.length === 0 ? [...changedAt.keys()] : changed).slice(0, DELIVERY_KEYS_MAX);
}

/** A shop that is run on another address (a test machine) tells a domain of its own, which cannot be compared. */
function isFrom(url: string, domain: string): boolean {
  const host = URL.parse(url)?.hostname.toLowerCase() ?? "";
  return !host.endsWith(".myshopify.com") || host === domain.toLowerCase();
}

function isSigned(secret: string, raw: Uint8Array, signature: string): boolean {
  const expected = Buffer.from(createHmac("sha256", secret).update(raw).digest("base64"));
  // As text: decoding would pass over what stands behind the padding.
  const given = Buffer.from(signature);
  return given.byteLength === expected.byteLength && timingSafeEqual(given, expected);
}

/** Undefined for what is no JSON, or no text at all. Whole numbers too large for a float stay text. */
function parse(raw: Uint8Array): unknown {
  const exact = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === "number" && !Number.isSafeInteger(value) && /^\d+$/.test(context?.source ?? "")
      ? context?.source
      : value;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw), exact) as unknown;
  } catch {
    return undefined;
  }
}

function noId(connection: string, field: string): Failure {
  return invalid(connection, field, "is missing or not a whole number");
}

function invalid(connection: string, field: string, why: string): Failure {
  return failure("WEBHOOK_BODY_INVALID", { connection, field, why });
}
