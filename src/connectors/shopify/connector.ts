/**
 * A Shopify shop as the hub's shop: Admin GraphQL API, stock at each location, fulfilments. Throws only for an address that can
 * never work, a lost lease, or a mistake in the hub.
 */
import type { ShopPort } from "../../core/ports/shop.ts";
import { createBulkFiles } from "./bulk-file.ts";
import { variantPage } from "./catalog.ts";
import { checkWebhooks } from "./check-webhooks.ts";
import { checkShop } from "./check.ts";
import { createShopifyClient, type ShopifyClientOptions } from "./client.ts";
import { decodeDelivery, DELIVERY_HEADERS, readDelivery } from "./delivery.ts";
import { readMappables } from "./mappables.ts";
import { createShopifyOrders } from "./orders.ts";
import { createPageSizes } from "./page-sizes.ts";
import { SET_ENTRIES_MAX } from "./stock-limits.ts";
import { readForStock } from "./stock-reading.ts";
import { writeStock } from "./stock.ts";
import { findVariants } from "./variants.ts";
import { ensureWebhooks } from "./webhooks.ts";

const KIND_LABEL = "Shopify";

export interface ShopifyOptions extends ShopifyClientOptions {
  /** The secret of the app, with which Shopify signs. */
  readonly webhookSecret: string;
  /** Which side of each amount an order has: the shop's own currency, or the one that the customer paid. */
  readonly currency: "shop" | "presentment";
}

export function createShopifyConnector(options: ShopifyOptions): ShopPort {
  const client = createShopifyClient(options);
  const reader = { client, sizes: createPageSizes(), clock: options.clock, files: createBulkFiles(options) };
  const writer = { client, clock: options.clock, kindLabel: KIND_LABEL };
  return {
    connection: options.connection,
    kindLabel: KIND_LABEL,
    abilities: { locations: true, fulfilments: true },
    stockWriting: { variantsMax: SET_ENTRIES_MAX, compared: true },
    deliveryHeaders: DELIVERY_HEADERS,
    check: async (call) => [...(await checkShop(client, call)), ...(await checkWebhooks(client, call))],
    readMappables: (call) => readMappables(client, call),
    ...createShopifyOrders({
      client,
      currency: options.currency,
      // Anywhere else the orders are copies or tests, and their customers must hear nothing of them.
      notifyCustomers: options.environment === "production",
    }),
    readForStock: (refs, call) => readForStock(reader, refs, call),
    findVariants: (skus, call) => findVariants(reader, skus, call),
    // What is known of variants before is of no use here: pages hold all of them.
    variantPage: (page, _known, call) => variantPage(reader, page, call),
    writeStock: (writes, call) => writeStock(writer, writes, call),
    ensureWebhooks: (deliveryUrl, call) => ensureWebhooks(client, deliveryUrl, call),
    decodeDelivery: (headers, raw) => decodeDelivery(options, headers, raw),
    readDelivery: (headers, raw) => readDelivery(options, headers, raw),
  };
}
