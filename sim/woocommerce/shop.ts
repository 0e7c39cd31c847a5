/**
 * A WooCommerce 11 shop in memory: its REST API and webhooks behave as a measured real one, and a domain API plays its
 * customers and managers. Deterministic: time comes from the clock, chance from the random source, nothing else.
 */
import type { Clock } from "../../src/core/ports/clock.ts";
import { TransportError, type HttpRequest, type HttpResponse } from "../../src/core/ports/transport.ts";
import type { Random } from "../random.ts";
import type { Api } from "./api.ts";
import { Authenticator, type ApiKey } from "./auth.ts";
import { createCatalogDesk, type CatalogDesk } from "./catalog-desk.ts";
import { createOrderDesk, type OrderDesk } from "./checkout.ts";
import type { Site } from "./links.ts";
import { orderJson, WOOCOMMERCE_VERSION, WORDPRESS_VERSION } from "./order-json.ts";
import { productJson } from "./product-json.ts";
import { route } from "./router.ts";
import { snapshotOf, type ShopSnapshot } from "./snapshot.ts";
import { ShopState, type ShopSettings } from "./state.ts";
import { WebhookQueue, type Deliver, type DeliveryRecord } from "./webhook-queue.ts";

/** The key that every simulated shop knows unless it is given others. */
export const DEFAULT_KEY: ApiKey = { key: "ck_simulated", secret: "cs_simulated", permissions: "read_write" };

export interface SimulatedShopOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** How the shop calls itself: https wants Basic, http OAuth. Without a slash at its end. */
  readonly baseUrl: string;
  readonly keys?: readonly ApiKey[];
  /** Where webhooks and pings go; without one they reach nobody and fail. */
  readonly deliver?: Deliver;
  /** Between an event and its earliest delivery. Default 0. */
  readonly webhookDelayMs?: number;
  /** Default EUR, 2 decimals, prices without tax, in Belgium, an hour ahead of UTC, numbers that are the ids. */
  readonly settings?: Partial<ShopSettings>;
}

export interface SimulatedShop extends OrderDesk, CatalogDesk {
  /** The REST API, and `/wp-cron.php`, which delivers what is due. */
  readonly handle: (request: HttpRequest) => Promise<HttpResponse>;
  /** For a server that learns its port when it listens. */
  setBaseUrl(url: string): void;
  setDeliver(deliver: Deliver): void;
  /** What WP-Cron does: sends the events that are due. Says how many deliveries were tried. */
  deliverDueWebhooks(): Promise<number>;
  pendingWebhooks(): number;
  /** When the next delivery may leave; null when none waits. */
  nextWebhookDueMs(): number | null;
  /** As a manager does it, without a ping. */
  setWebhookStatus(webhookId: string, status: "active" | "paused" | "disabled"): void;
  snapshot(): ShopSnapshot;
  /** Every attempt to deliver, oldest first. */
  readonly deliveries: readonly DeliveryRecord[];
  /** What was asked of it that a real shop does and this one does not: must stay empty. */
  readonly unsupported: readonly string[];
}

const DEFAULTS: ShopSettings = {
  currency: "EUR",
  decimals: 2,
  pricesIncludeTax: false,
  roundTaxAtSubtotal: false,
  country: "BE",
  utcOffsetMinutes: 60,
  orderNumber: String,
};

const nowhere: Deliver = () => Promise.reject(new TransportError("not-sent", "nobody receives webhooks"));

export function createSimulatedShop(options: SimulatedShopOptions): SimulatedShop {
  const state = new ShopState({ ...DEFAULTS, ...options.settings }, options.clock, options.random);
  const current = { url: options.baseUrl, deliver: options.deliver ?? nowhere };
  const site: Site = {
    get url() {
      return current.url;
    },
    utcOffsetMinutes: state.settings.utcOffsetMinutes,
  };
  const webhooks = new WebhookQueue({
    state,
    userAgent: `WooCommerce/${WOOCOMMERCE_VERSION} Hookshot (WordPress/${WORDPRESS_VERSION})`,
    source: () => `${current.url}/`,
    delayMs: options.webhookDelayMs ?? 0,
    deliver: (request) => current.deliver(request),
    describe: (topic, id) => describe({ state, site, webhooks }, topic, id),
  });
  const api: Api = { state, site, webhooks };
  const auth = new Authenticator(options.keys ?? [DEFAULT_KEY], options.clock);
  const unsupported: string[] = [];
  return {
    ...createOrderDesk(state, webhooks.emit),
    ...createCatalogDesk(api),
    handle: (request) =>
      isCron(request) ? cron(webhooks) : route(request, { api, auth, onUnsupported: (what) => unsupported.push(what) }),
    setBaseUrl: (url) => {
      current.url = url.replace(/\/+$/, "");
    },
    setDeliver: (deliver) => {
      current.deliver = deliver;
    },
    deliverDueWebhooks: () => webhooks.deliverDue(),
    pendingWebhooks: () => webhooks.pending(),
    nextWebhookDueMs: () => webhooks.nextDueMs(),
    setWebhookStatus: (id, status) => {
      const webhook = state.webhooks.get(Number(id));
      if (webhook === undefined) throw new Error(`the simulated shop has no webhook ${id}`);
      webhook.status = status;
      webhook.modifiedMs = state.nowMs();
    },
    snapshot: () => snapshotOf(state),
    deliveries: webhooks.deliveries,
    unsupported,
  };
}

/** What a webhook carries: the thing as it is now, its id alone when it was deleted, the API's error when it is gone. */
function describe(api: Api, topic: string, id: number): unknown {
  if (topic.endsWith(".deleted")) return { id };
  const order = topic.startsWith("order.") ? api.state.orders.get(id) : undefined;
  if (order !== undefined) return orderJson(api, order);
  const product = topic.startsWith("product.") ? api.state.products.get(id) : undefined;
  if (product !== undefined) return productJson(api, product);
  const code = topic.startsWith("order.")
    ? "woocommerce_rest_shop_order_invalid_id"
    : "woocommerce_rest_product_invalid_id";
  return { code, message: "Invalid ID.", data: { status: 404 } };
}

function isCron({ url }: HttpRequest): boolean {
  return new URL(url).pathname.endsWith("/wp-cron.php");
}

async function cron(webhooks: WebhookQueue): Promise<HttpResponse> {
  await webhooks.deliverDue();
  return { status: 200, headers: { "content-type": "text/html; charset=UTF-8" }, body: "" };
}
