/**
 * A Shopify shop in memory: its Admin GraphQL API on the real schema, its webhooks and bulk files, and a domain API that plays
 * its customers and its people. Deterministic: time comes from the clock, chance from the random source, nothing else.
 */
import type { Clock } from "../../src/core/ports/clock.ts";
import { TransportError, type HttpRequest, type HttpResponse } from "../../src/core/ports/transport.ts";
import type { Random } from "../random.ts";
import { BulkRunner } from "./bulk.ts";
import { createHandler } from "./addresses.ts";
import { Bucket, type Plan, type ThrottleStatus } from "./bucket.ts";
import { createCatalogDesk, type CatalogDesk } from "./catalog-desk.ts";
import { answerGraphql, readAll, type EndpointOptions } from "./endpoint.ts";
import { Idempotency } from "./idempotency.ts";
import { createOrderDesk, type OrderDesk } from "./order-desk.ts";
import { builtSchema, type SchemaSource } from "./schema.ts";
import { orderSnapshot, snapshotOf, type OrderSnapshot, type ShopifySnapshot } from "./snapshot.ts";
import { ShopifyState, type ShopifySettings } from "./state.ts";
import type { Context } from "./table.ts";
import { TABLES } from "./tables.ts";
import { Tokens, type App } from "./tokens.ts";
import {
  NO_WEBHOOK_FAULTS,
  WebhookQueue,
  type Deliver,
  type DeliveryRecord,
  type WebhookFaults,
} from "./webhook-queue.ts";

/** The app that every simulated shop knows unless it is given another. */
export const DEFAULT_APP: App = {
  clientId: "simulated-client",
  clientSecret: "shpss_simulated",
  accessToken: "shpat_simulated",
  scopes: [
    "read_products",
    "write_inventory",
    "read_inventory",
    "read_locations",
    "read_orders",
    "write_orders",
    "read_all_orders",
    "read_customers",
    "read_merchant_managed_fulfillment_orders",
    "write_merchant_managed_fulfillment_orders",
  ],
};

export interface SimulatedShopifyOptions {
  /** Shopify's own schema, from outside: introspection and its table of scopes. */
  readonly schema: SchemaSource;
  readonly clock: Clock;
  readonly random: Random;
  /** Without a slash at its end. Default `https://simulated.myshopify.com`. */
  readonly baseUrl?: string;
  readonly app?: App;
  readonly plan?: Plan;
  /** The version that the schema is of. Default 2026-07. */
  readonly apiVersion?: string;
  /** Where webhooks go; without one they reach nobody and fail. */
  readonly deliver?: Deliver;
  /** Between an event and its earliest delivery. Default 0. */
  readonly webhookDelayMs?: number;
  /** Default EUR, prices without tax, VAT 21 %, in Belgium, orders from 1001 on. */
  readonly settings?: Partial<ShopifySettings>;
}

export interface SpentPoints {
  readonly calls: number;
  readonly points: number;
  readonly throttled: number;
}

export interface SimulatedShopify extends CatalogDesk, OrderDesk {
  readonly handle: (request: HttpRequest) => Promise<HttpResponse>;
  readonly domain: string;
  /** For a server that learns its port when it listens. */
  setBaseUrl(url: string): void;
  setDeliver(deliver: Deliver): void;
  setWebhookFaults(faults: WebhookFaults): void;
  deliverDueWebhooks(): Promise<number>;
  pendingWebhooks(): number;
  /** When the next delivery may leave; null when none waits. */
  nextWebhookDueMs(): number | null;
  /** As somebody else's program does, or Shopify itself after failures. */
  deleteSubscription(id: string): void;
  /** All granted tokens end at once. */
  revokeTokens(): void;
  snapshot(): ShopifySnapshot;
  order(orderId: string): OrderSnapshot | null;
  readonly deliveries: readonly DeliveryRecord[];
  /** What was asked of it that a real shop does and this one does not: must stay empty. */
  readonly unsupported: readonly string[];
  spent(): SpentPoints;
  throttle(): ThrottleStatus;
}

const DEFAULTS: ShopifySettings = {
  name: "Simulated shop",
  currency: "EUR",
  taxesIncluded: false,
  country: "BE",
  exchangeRates: {},
  taxes: [{ title: "VAT", percent: "21" }],
  orderNumberPrefix: "#",
  orderNumberFirst: 1001,
};

const API_VERSION = "2026-07";
const nowhere: Deliver = () => Promise.reject(new TransportError("not-sent", "nobody receives webhooks"));

/** The shop's works, put together. */
function assemble(options: SimulatedShopifyOptions) {
  const { clock, random } = options;
  const state = new ShopifyState({ ...DEFAULTS, ...options.settings }, clock, random);
  const app = options.app ?? DEFAULT_APP;
  const built = builtSchema(options.schema);
  const current = {
    url: options.baseUrl ?? "https://simulated.myshopify.com",
    deliver: options.deliver ?? nowhere,
    faults: NO_WEBHOOK_FAULTS,
  };
  const domain = domainOf(current.url);
  const counts = { calls: 0, points: 0, throttled: 0 };
  const unsupported: string[] = [];
  const webhooks = new WebhookQueue({
    state,
    random: random.fork("webhooks"),
    topics: built.topics,
    domain,
    secret: app.clientSecret,
    delayMs: options.webhookDelayMs ?? 0,
    faults: () => current.faults,
    deliver: (request) => current.deliver(request),
  });
  const endpoint: EndpointOptions = {
    built,
    tables: TABLES,
    bucket: new Bucket(options.plan ?? "standard", clock),
    idempotency: new Idempotency(clock),
    onUnsupported: (what) => unsupported.push(what),
    onCost: (points) => (counts.points += points),
    onThrottled: () => (counts.throttled += 1),
  };
  const context: Context = {
    state,
    emit: webhooks.emit,
    scopes: new Set(app.scopes),
    get url() {
      return current.url;
    },
    domain,
    apiVersion: options.apiVersion ?? API_VERSION,
    bulk: false,
    startBulk: (query, grouped) => bulk.start(query, grouped),
    topics: built.topics,
  };
  const bulk: BulkRunner = new BulkRunner(state, (query) => dataOf(readAll(query, context, endpoint)), webhooks.emit);
  const tokens = new Tokens(app, clock, random.fork("tokens"));
  return { state, current, counts, unsupported, webhooks, endpoint, context, bulk, tokens };
}

export function createSimulatedShopify(options: SimulatedShopifyOptions): SimulatedShopify {
  const { state, current, counts, unsupported, webhooks, endpoint, context, bulk, tokens } = assemble(options);
  const shop = { state, emit: webhooks.emit };
  return {
    ...createCatalogDesk(shop),
    ...createOrderDesk(shop),
    handle: createHandler({
      tokens,
      bulk,
      apiVersion: context.apiVersion,
      random: options.random.fork("requests"),
      onCall: () => (counts.calls += 1),
      answer: (asked) => answerGraphql(asked, context, endpoint),
    }),
    domain: context.domain,
    setBaseUrl: (url) => {
      current.url = url.replace(/\/+$/, "");
    },
    setDeliver: (deliver) => {
      current.deliver = deliver;
    },
    setWebhookFaults: (faults) => {
      current.faults = faults;
    },
    deliverDueWebhooks: () => {
      bulk.settle();
      return webhooks.deliverDue();
    },
    pendingWebhooks: () => webhooks.pending(),
    nextWebhookDueMs: () => webhooks.nextDueMs(),
    deleteSubscription: (id) => {
      if (!state.subscriptions.delete(Number(id))) throw new Error(`the simulated Shopify has no subscription ${id}`);
    },
    revokeTokens: () => tokens.revoke(),
    snapshot: () => snapshotOf(state),
    order: (id) => {
      const order = state.orders.get(Number(id));
      return order === undefined ? null : orderSnapshot(state, order);
    },
    deliveries: webhooks.deliveries,
    unsupported,
    spent: () => ({ ...counts }),
    throttle: () => endpoint.bucket.status(),
  };
}

function domainOf(url: string): string {
  const { hostname } = new URL(url);
  return hostname.endsWith(".myshopify.com") ? hostname : "simulated.myshopify.com";
}

function dataOf({ data, errors }: ReturnType<typeof readAll>): unknown {
  const [error] = errors ?? [];
  if (error !== undefined) throw error.originalError ?? error;
  return data;
}
