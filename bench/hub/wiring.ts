/** The hub as a benchmark runs it: the real store, connectors, engine and web, with little of its own to configure. */
import { createLog } from "../../src/app/log.ts";
import { createMetrics, type Metrics } from "../../src/app/metrics.ts";
import { createObserver } from "../../src/app/observer.ts";
import { createHttpTransport } from "../../src/app/http-transport.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { createOdooConnector } from "../../src/connectors/odoo/connector.ts";
import { createWooCommerceConnector } from "../../src/connectors/woocommerce/connector.ts";
import { UNPAID_METHODS_DEFAULT } from "../../src/core/order/rules.ts";
import { WHOLE_SHOP } from "../../src/core/stock/shop-variant.ts";
import type { Hub, ShopRuntime } from "../../src/engine/hub.ts";
import type { WebOptions } from "../../src/http/web-options.ts";
import { openStore, type OpenedStore } from "../../src/store/open-store.ts";
import { DEFAULT_KEY } from "../../sim/woocommerce/shop.ts";
import { AUTOMATION_SECRET, ERP, WEBHOOK_SECRET, type HubProcessOptions } from "./messages.ts";

const BODY_BYTES_MAX = 2 * 1024 * 1024;
const RUNS_MAX_SHOP = 4;
const RUNS_MAX_ERP = 4;
const NEVER = "0 0 1 1 *";

export interface Wired {
  readonly hub: Hub;
  readonly shop: ShopRuntime;
  readonly store: OpenedStore;
  readonly web: WebOptions;
  close(): Promise<void>;
}

export async function wire(options: HubProcessOptions): Promise<Wired> {
  const place = options.store.kind === "postgres" ? { url: options.store.url } : { directory: options.store.directory };
  const store = await openStore({ ...place, clock: systemClock });
  const log = createLog({ level: "error", secrets: [WEBHOOK_SECRET, AUTOMATION_SECRET, options.odoo.apiKey] });
  const metrics: Metrics = createMetrics({ hub: () => hub, clock: systemClock, ofProcess: true });
  const http = createHttpTransport({ clock: systemClock, userAgent: "stockbridge-bench" });
  const shop = shopOf(options, http.transport);
  const hub: Hub = {
    clock: systemClock,
    store,
    observer: createObserver(log, metrics),
    shops: new Map([[options.shop, shop]]),
    erps: new Map([[ERP, shop.erp]]),
    erpDeliveryUrls: new Map(),
    limits: [
      { connection: options.shop, runsMax: RUNS_MAX_SHOP },
      { connection: ERP, runsMax: RUNS_MAX_ERP },
    ],
    schedules: {
      orderPoll: NEVER,
      stockFeed: NEVER,
      stockSweep: NEVER,
      webhookWatch: NEVER,
      capabilityWatch: NEVER,
      retention: NEVER,
      timeZone: "UTC",
    },
  };
  const web: WebOptions = {
    hub: () => hub,
    shopIds: new Set([options.shop]),
    erpSecrets: new Map([[ERP, AUTOMATION_SECRET]]),
    bodyBytesMax: BODY_BYTES_MAX,
    clock: systemClock,
    log,
    metrics,
  };
  const close = async (): Promise<void> => {
    http.close();
    await store.close();
  };
  return { hub, shop, store, web, close };
}

function shopOf(
  options: HubProcessOptions,
  transport: ReturnType<typeof createHttpTransport>["transport"],
): ShopRuntime {
  const { odoo, warehouse } = options;
  const port = createWooCommerceConnector({
    connection: options.shop,
    url: options.shopUrl,
    key: DEFAULT_KEY.key,
    secret: DEFAULT_KEY.secret,
    webhookSecret: WEBHOOK_SECRET,
    allowHttp: true,
    environment: "staging",
    transport,
    clock: systemClock,
  });
  const erp = createOdooConnector({ connection: ERP, ...odoo, transport, clock: systemClock });
  return {
    connection: options.shop,
    label: "The benchmark's shop",
    port,
    erp,
    orders: {
      enabled: options.flows.includes("order"),
      rules: {
        connection: options.shop,
        shippingSku: null,
        feeSku: null,
        taxes: new Map(Object.entries(options.taxes)),
        journals: new Map(Object.entries(options.journals)),
        unpaidMethods: UNPAID_METHODS_DEFAULT,
        deliveries: "apart",
        startAt: null,
        warehouses: new Map(),
        warehouse,
        team: null,
        company: null,
      },
    },
    stock: {
      enabled: options.flows.includes("stock"),
      rules: {
        connection: options.shop,
        shopLabel: port.kindLabel,
        scopes: new Map([[WHOLE_SHOP, { warehouse }]]),
        safetyStock: 0,
      },
    },
    deliveryUrl: null,
  };
}
