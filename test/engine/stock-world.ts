/** A simulated shop and a simulated Odoo with one catalog, joined by the engine's hub on the embedded store, for tests of its jobs. */
import { systemClock } from "../../src/app/system-clock.ts";
import { createOdooConnector } from "../../src/connectors/odoo/connector.ts";
import { createWooCommerceConnector } from "../../src/connectors/woocommerce/connector.ts";
import { UNPAID_METHODS_DEFAULT } from "../../src/core/order/rules.ts";
import type { HttpRequest, HttpResponse } from "../../src/core/ports/transport.ts";
import { WHOLE_SHOP } from "../../src/core/stock/shop-variant.ts";
import type { Hub, ShopRuntime } from "../../src/engine/hub.ts";
import type { HubObserver } from "../../src/engine/observer.ts";
import { openStore, type OpenedStore } from "../../src/store/open-store.ts";
import { createRandom } from "../../sim/random.ts";
import { createSimulatedOdoo, type SimulatedOdoo } from "../../sim/odoo/simulated-odoo.ts";
import { createSimulatedShop, DEFAULT_KEY, type SimulatedShop } from "../../sim/woocommerce/shop.ts";

export const SHOP = "shop-eu";
export const ERP = "odoo";
const SCOPE = { warehouse: "WH" } as const;
const NEVER = "0 0 1 1 *";
const SILENT: HubObserver = {
  run: () => undefined,
  call: () => undefined,
  paused: () => undefined,
  resumed: () => undefined,
  note: () => undefined,
};

export interface StockWorld {
  readonly hub: Hub;
  readonly shop: ShopRuntime;
  readonly store: OpenedStore;
  readonly woo: SimulatedShop;
  readonly odoo: SimulatedOdoo;
  /** Every request that was answered, in order: `GET /products page=2`, `POST product.product/search_read`. */
  readonly requests: string[];
  /** Answers this instead of the shop or Odoo, where it does. */
  intercept: (asked: string) => HttpResponse | null;
  /** Ids on the list of work. */
  marked(): Promise<string[]>;
  /** As after an earlier sweep: these variants are linked to the products of their SKUs. */
  link(variantIds: readonly string[]): Promise<void>;
}

export async function openStockWorld(store?: OpenedStore): Promise<StockWorld> {
  const opened = store ?? (await openStore({ memory: true, clock: systemClock }));
  const random = createRandom("stock-world");
  const woo = createSimulatedShop({ clock: systemClock, random, baseUrl: "https://shop.test" });
  const apiKey = "a-key-of-a-simulated-odoo";
  const odoo = createSimulatedOdoo({
    clock: systemClock,
    random,
    version: 19,
    baseUrl: "http://odoo.test",
    database: "sim",
    apiKey,
  });
  const requests: string[] = [];
  const world: Pick<StockWorld, "intercept"> = { intercept: () => null };
  const transport = async (request: HttpRequest): Promise<HttpResponse> => {
    const asked = nameOf(request);
    requests.push(asked);
    return (
      world.intercept(asked) ??
      (request.url.startsWith("https://shop.test") ? woo.handle(request) : odoo.handle(request))
    );
  };
  const port = createWooCommerceConnector({
    connection: SHOP,
    url: "https://shop.test",
    key: DEFAULT_KEY.key,
    secret: DEFAULT_KEY.secret,
    webhookSecret: "a-secret-of-the-test",
    allowHttp: false,
    environment: "staging",
    transport,
    clock: systemClock,
  });
  const erp = createOdooConnector({
    connection: ERP,
    url: "http://odoo.test",
    database: "sim",
    user: "admin",
    apiKey,
    transport,
    clock: systemClock,
  });
  const shop = { ...runtime(port), erp };
  const hub = hubOf(opened, shop);
  return Object.assign(world, {
    hub,
    shop,
    store: opened,
    woo,
    odoo,
    requests,
    marked: async () => (await opened.work({}, 10_000)).map(({ key }) => key.id).toSorted(),
    link: (variantIds: readonly string[]) => link(opened, woo, odoo, variantIds),
  });
}

function nameOf({ method, url }: HttpRequest): string {
  const { pathname, searchParams } = new URL(url);
  const page = searchParams.get("page");
  const path = pathname.replace("/wp-json/wc/v3", "").replace("/json/2/", "");
  return `${method} ${path}${page === null ? "" : ` page=${page}`}`;
}

function runtime(port: ShopRuntime["port"]): Omit<ShopRuntime, "erp"> {
  return {
    connection: SHOP,
    label: "Shop",
    port,
    orders: {
      enabled: false,
      rules: {
        connection: SHOP,
        shippingSku: null,
        feeSku: null,
        taxes: new Map(),
        journals: new Map(),
        unpaidMethods: UNPAID_METHODS_DEFAULT,
        deliveries: "apart",
        startAt: null,
        warehouses: new Map(),
        warehouse: null,
        team: null,
        company: null,
      },
    },
    stock: {
      enabled: true,
      rules: { connection: SHOP, shopLabel: port.kindLabel, scopes: new Map([[WHOLE_SHOP, SCOPE]]), safetyStock: 0 },
    },
    deliveryUrl: null,
  };
}

function hubOf(store: OpenedStore, shop: ShopRuntime): Hub {
  return {
    clock: systemClock,
    store,
    observer: SILENT,
    shops: new Map([[SHOP, shop]]),
    erps: new Map([[ERP, shop.erp]]),
    erpDeliveryUrls: new Map(),
    limits: [
      { connection: SHOP, runsMax: 4 },
      { connection: ERP, runsMax: 4 },
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
}

async function link(
  store: OpenedStore,
  woo: SimulatedShop,
  odoo: SimulatedOdoo,
  variantIds: readonly string[],
): Promise<void> {
  const variants = new Map(woo.snapshot().variants.map((variant) => [variant.id, variant]));
  for (const id of variantIds) {
    const variant = variants.get(id);
    if (variant === undefined) throw new Error(`the shop has no variant ${id}`);
    await store.query(
      "insert into stockbridge.links (connection, kind, shop_id, erp_id, label, parent_id) values ($1, 'variant', $2, $3, $4, $5)",
      [SHOP, id, odoo.productId(variant.sku), variant.sku, variant.parentId],
    );
  }
}
