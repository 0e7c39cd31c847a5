/**
 * A WooCommerce shop as the hub's shop: REST v3 over https (or OAuth 1.0a over http for test shops), measured against
 * WooCommerce 9.9 and 11. Throws only for an address that can never work, a lost lease, or a mistake in the hub.
 */
import { failure, type Failure } from "../../core/failures.ts";
import type { FulfilmentWrite, ShopPort } from "../../core/ports/shop.ts";
import { fail } from "../../core/result.ts";
import { variantPage } from "./catalog.ts";
import { check } from "./check.ts";
import { createWooClient, type WooCommerceOptions } from "./client.ts";
import { decodeDelivery, readDelivery } from "./delivery.ts";
import { BATCH_ITEMS_MAX } from "./limits.ts";
import { readMappables } from "./mappables.ts";
import { changedOrders, placedOrders } from "./order-pages.ts";
import { findOrderByNumber, readOrders, writeOrderMarks } from "./orders.ts";
import { readForStock } from "./stock-reading.ts";
import { writeStock } from "./stock.ts";
import { findVariants } from "./variants.ts";
import { ensureWebhooks } from "./webhooks.ts";

const KIND_LABEL = "WooCommerce";

/** No cookies, no authorisation, no signature. */
const DELIVERY_HEADERS = [
  "content-type",
  "user-agent",
  "x-wc-webhook-topic",
  "x-wc-webhook-source",
  "x-wc-webhook-id",
  "x-wc-webhook-delivery-id",
];

export function createWooCommerceConnector(options: WooCommerceOptions): ShopPort {
  const client = createWooClient(options);
  return {
    connection: options.connection,
    kindLabel: KIND_LABEL,
    // It counts one number a variant, and knows no shipments of its own.
    abilities: { locations: false, fulfilments: false },
    // It takes whatever number it is given, and hooks of the shop may change it after its answer.
    stockWriting: { variantsMax: BATCH_ITEMS_MAX, compared: false },
    deliveryHeaders: DELIVERY_HEADERS,
    check: (call) => check(client, call),
    readMappables: (call) => readMappables(client, call),
    readOrders: (ids, call) => readOrders(client, ids, call),
    changedOrders: (sinceIso, page, call) => changedOrders(client, sinceIso, page, call),
    placedOrders: (fromIso, toIso, page, call) => placedOrders(client, fromIso, toIso, page, call),
    findOrderByNumber: (number, call) => findOrderByNumber(client, number, call),
    writeOrderMarks: (writes, call) => writeOrderMarks(client, writes, call),
    writeFulfilments: (writes) =>
      Promise.resolve(writes.map((write) => fail(noFulfilments(options.connection, write)))),
    readForStock: (refs, call) => readForStock(client, refs, call),
    findVariants: (skus, call) => findVariants(client, skus, call),
    variantPage: (page, known, call) => variantPage(client, page, known, call),
    writeStock: (writes, call) => writeStock(client, KIND_LABEL, writes, call),
    ensureWebhooks: (deliveryUrl, call) => ensureWebhooks(client, options.webhookSecret, deliveryUrl, call),
    decodeDelivery: (headers, raw) => decodeDelivery(options, headers, raw),
    readDelivery: (headers, raw) => readDelivery(options, headers, raw),
  };
}

/** The configuration does not let it come to this; whoever asks all the same is told why not. */
function noFulfilments(connection: string, { orderId, picking }: FulfilmentWrite): Failure {
  const message = "WooCommerce knows no deliveries of its own";
  return failure("SHOP_REJECTED", { connection, what: `${picking} of order ${orderId}`, message, status: "not sent" });
}
