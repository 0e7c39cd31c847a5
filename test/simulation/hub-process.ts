/**
 * One process of the real hub in a simulated world: the real connectors on a faulty network, the real engine on the real
 * store, each behind ports at which the process may die. Its jobs run by the world's clock.
 */
import { createOdooConnector } from "../../src/connectors/odoo/connector.ts";
import { createShopifyConnector } from "../../src/connectors/shopify/connector.ts";
import { createWooCommerceConnector } from "../../src/connectors/woocommerce/connector.ts";
import { formatKey, type FlowName } from "../../src/core/key.ts";
import type { OrderRules } from "../../src/core/order/rules.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { CallContext } from "../../src/core/ports/call.ts";
import type { ErpAction, ErpPort, StockScope } from "../../src/core/ports/erp.ts";
import type { ShopPort } from "../../src/core/ports/shop.ts";
import type { HubStore } from "../../src/core/ports/store.ts";
import type { HttpRequest, Transport } from "../../src/core/ports/transport.ts";
import type { StockWrite } from "../../src/core/stock/shop-variant.ts";
import { flowsOf } from "../../src/engine/flows.ts";
import { lanesOf, type Hub, type Schedules, type ShopRuntime } from "../../src/engine/hub.ts";
import { jobsOf, startUp } from "../../src/engine/jobs.ts";
import type { HubObserver } from "../../src/engine/observer.ts";
import { work } from "../../src/engine/worker.ts";
import type { Mortal } from "../../sim/mortal.ts";
import type { ShopKindName } from "./plan.ts";

export const ERP = "odoo";
export const ERP_ADDRESS = "https://odoo.example.test";
export const WEBHOOK_SECRET = "simulated-webhook-secret";
export const AUTOMATION_ADDRESS = "https://hub.example.test/odoo/hooks";
export const DELIVERY_ADDRESS = "https://hub.example.test/hooks";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Their cron expressions belong to the scheduler; here each job has a period. */
const SCHEDULES: Schedules = {
  orderPoll: "*/6 * * * *",
  stockFeed: "*/4 * * * *",
  stockSweep: "0 * * * *",
  webhookWatch: "30 * * * *",
  capabilityWatch: "0 4 * * *",
  retention: "0 5 * * *",
  timeZone: "UTC",
};
const PERIODS_MS: readonly (readonly [prefix: string, ms: number])[] = [
  ["order-poll", 6 * MINUTE_MS],
  ["stock-feed", 4 * MINUTE_MS],
  ["stock-sweep", HOUR_MS],
  ["webhook-watch", HOUR_MS],
  ["automation-watch", HOUR_MS],
  ["capability-watch", 24 * HOUR_MS],
  ["retention", 24 * HOUR_MS],
];

export interface ErpAccess {
  readonly database: string;
  readonly user: string;
  readonly key: string;
}

/** What one configuration file would say of one shop. */
export interface ShopConfiguration {
  readonly id: string;
  readonly kind: ShopKindName;
  readonly address: string;
  readonly key: string;
  readonly secret: string;
  readonly rules: OrderRules;
  readonly scopes: ReadonlyMap<string, StockScope>;
  readonly safetyStock: number;
  readonly webhooks: boolean;
}

export interface Settings {
  readonly shops: readonly ShopConfiguration[];
  readonly automations: boolean;
  readonly runsMax: number;
}

export interface ProcessOptions {
  readonly mortal: Mortal;
  readonly store: HubStore;
  /** By connection. */
  readonly transport: (connection: string) => Transport;
  readonly erp: ErpAccess;
  readonly settings: Settings;
  readonly observer: HubObserver;
  /** Told of the keys (`order/shop-eu/9`) of each write that the process has just been allowed to send. */
  readonly onWrite: (keys: readonly string[]) => void;
  /** Told of each stock number that a shop has taken. */
  readonly onStock: (connection: string, write: StockWrite) => void;
  /** For the proof that the invariants can fail: puts a port with a protection switched off in place of the real one. */
  readonly spoil?: Spoil;
}

export interface Spoil {
  readonly erp?: (port: ErpPort) => ErpPort;
  readonly shop?: (port: ShopPort) => ShopPort;
  /** As the process sees it. */
  readonly store?: (store: HubStore) => HubStore;
  /** The database itself. */
  readonly database?: (store: HubStore) => HubStore;
}

export interface HubProcess {
  readonly hub: Hub;
  readonly mortal: Mortal;
  /** Resolves when worker and jobs have ended after `stop`. */
  readonly ended: Promise<void>;
  stop(): void;
}

export function startHubProcess(options: ProcessOptions): HubProcess {
  const { mortal, observer } = options;
  const hub = hubOf(options);
  const stopping = new AbortController();
  const { signal } = stopping;
  const flows = flowsOf(hub);
  const { store, clock } = hub;
  const worker = work({ store, clock, observer, flows, lanes: lanesOf(hub), limits: hub.limits, signal });
  const ended = Promise.all([worker, startUp(hub), ...jobLoops(hub, signal)]).then(() => undefined);
  return { hub, mortal, ended, stop: () => stopping.abort() };
}

/** Every process gets its own connectors, as it would after a start: they keep what they learned of the servers. */
function hubOf(options: ProcessOptions): Hub {
  const { mortal, settings, observer, spoil } = options;
  const { clock } = mortal;
  const plain = erpPort(options, clock);
  const erp = watchedErp(spoil?.erp?.(plain) ?? plain, options);
  const shops = settings.shops.map((shop) => [shop.id, shopRuntime(shop, erp, options)] as const);
  return {
    clock,
    store: spoil?.store?.(options.store) ?? options.store,
    observer,
    shops: new Map(shops),
    erps: new Map([[ERP, erp]]),
    erpDeliveryUrls: new Map(settings.automations ? [[ERP, AUTOMATION_ADDRESS]] : []),
    limits: [...settings.shops.map(({ id }) => id), ERP].map((connection) => ({
      connection,
      runsMax: settings.runsMax,
    })),
    schedules: SCHEDULES,
  };
}

function shopRuntime(shop: ShopConfiguration, erp: ErpPort, options: ProcessOptions): ShopRuntime {
  const port = shopPort(shop, options);
  const { id, rules, scopes, safetyStock, webhooks } = shop;
  return {
    connection: id,
    label: id,
    port: watchedShop(options.spoil?.shop?.(port) ?? port, options),
    erp,
    orders: { enabled: true, rules },
    stock: { enabled: true, rules: { connection: id, shopLabel: port.kindLabel, scopes, safetyStock } },
    deliveryUrl: webhooks ? `${DELIVERY_ADDRESS}/${id}` : null,
  };
}

/** Tells of each write in the moment in which it was allowed; a process that was stopped in between sends what it had begun. */
function watchedCall(call: CallContext, keys: readonly string[], { mortal, onWrite }: ProcessOptions): CallContext {
  return {
    ...call,
    beforeWrite: async () => {
      const stops = mortal.stops();
      await call.beforeWrite();
      if (mortal.stops() === stops) onWrite(keys);
    },
  };
}

function watchedErp(port: ErpPort, options: ProcessOptions): ErpPort {
  return {
    ...port,
    apply: (actions, call) => port.apply(actions, watchedCall(call, actions.flatMap(keysOfAction), options)),
  };
}

/** Orders by the external ids of their documents. Actions that name only Odoo's own ids are not watched. */
function keysOfAction(action: ErpAction): readonly string[] {
  const externalId =
    "document" in action ? action.document.externalId : "payment" in action ? action.payment.externalId : "";
  const [, shop, id] = /^stockbridge\.(.+)_order_(\d+)(?:_|$)/.exec(externalId) ?? [];
  return shop === undefined || id === undefined ? [] : [`order/${shop}/${id}`];
}

function watchedShop(port: ShopPort, options: ProcessOptions): ShopPort {
  const keyed = (call: CallContext, flow: FlowName, ids: readonly string[]) =>
    watchedCall(
      call,
      ids.map((id) => formatKey({ flow, connection: port.connection, id })),
      options,
    );
  const orderIds = (writes: readonly { readonly orderId: string }[]) => writes.map(({ orderId }) => orderId);
  return {
    ...port,
    writeOrderMarks: (writes, call) => port.writeOrderMarks(writes, keyed(call, "order", orderIds(writes))),
    writeFulfilments: (writes, call) => port.writeFulfilments(writes, keyed(call, "order", orderIds(writes))),
    writeStock: async (writes, call) => {
      const ids = writes.map(({ id }) => id);
      const outcomes = await port.writeStock(writes, keyed(call, "stock", ids));
      for (const [at, outcome] of outcomes.entries()) {
        const write = writes[at];
        if (outcome.ok && write !== undefined) options.onStock(port.connection, write);
      }
      return outcomes;
    },
  };
}

function shopPort(shop: ShopConfiguration, { mortal, transport }: ProcessOptions): ShopPort {
  const send = transport(shop.id);
  const outside = {
    connection: shop.id,
    url: shop.address,
    webhookSecret: WEBHOOK_SECRET,
    allowHttp: false,
    environment: "staging",
    transport: (request: HttpRequest) => mortal.call("shop", () => send(request)),
    clock: mortal.clock,
  };
  if (shop.kind === "woocommerce")
    return createWooCommerceConnector({ ...outside, key: shop.key, secret: shop.secret });
  return createShopifyConnector({
    ...outside,
    credentials: { kind: "client", clientId: shop.key, clientSecret: shop.secret },
    currency: "shop",
  });
}

function erpPort({ mortal, transport, erp }: ProcessOptions, clock: Clock): ErpPort {
  const send = transport(ERP);
  return createOdooConnector({
    connection: ERP,
    url: ERP_ADDRESS,
    database: erp.database,
    user: erp.user,
    apiKey: erp.key,
    transport: (request) => mortal.call("odoo", () => send(request)),
    clock,
  });
}

function jobLoops(hub: Hub, signal: AbortSignal): Promise<void>[] {
  return jobsOf(hub).map(async (job) => {
    const everyMs = PERIODS_MS.find(([prefix]) => job.name.startsWith(prefix))?.[1];
    if (everyMs === undefined) throw new Error(`no period for the job ${job.name}`);
    for (;;) {
      await hub.clock.sleep(everyMs, signal);
      if (signal.aborted) return;
      await job.run(signal);
    }
  });
}
