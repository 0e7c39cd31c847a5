/**
 * The real hub (engine, Shopify and Odoo connectors, embedded store) in virtual time: what it waits for costs none of ours, and
 * the shop's bucket fills by the same clock. It compares the whole shop and works off what it found.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createOdooConnector } from "../../src/connectors/odoo/connector.ts";
import { createShopifyConnector } from "../../src/connectors/shopify/connector.ts";
import { keepHeapSmall } from "../../src/app/heap.ts";
import { sentenceOf } from "../../src/core/failures.ts";
import { UNPAID_METHODS_DEFAULT } from "../../src/core/order/rules.ts";
import type { HttpRequest, HttpResponse, Transport } from "../../src/core/ports/transport.ts";
import { flowsOf } from "../../src/engine/flows.ts";
import { lanesOf, type Hub, type ShopRuntime } from "../../src/engine/hub.ts";
import { reconcileStock, type StockReport } from "../../src/engine/reconcile-stock.ts";
import { work } from "../../src/engine/worker.ts";
import { openStore, type OpenedStore } from "../../src/store/open-store.ts";
import { DEFAULT_APP } from "../../sim/shopify/shop.ts";
import type { VirtualTime } from "../../sim/virtual-clock.ts";
import { ERP, SHOP } from "../hub/messages.ts";
import type { LevelCatalog } from "./level-catalog.ts";
import { API_KEY, DATABASE, ODOO_URL, WAREHOUSES, type OdooSide } from "./odoo-side.ts";
import type { ShopSide } from "./shop-side.ts";

/** What each of them takes to answer, in virtual time. */
const SHOP_ANSWER_MS = 150;
const ODOO_ANSWER_MS = 50;
const RUNS_MAX = 4;
const NEVER = "0 0 1 1 *";
const LOOK_EVERY_MS = 100;
/** In virtual time: longer is a hub that hangs. */
const CORRECTED_MS_MAX = 6 * 60 * 60_000;
const BYTES_PER_MB = 1024 ** 2;
const STARTS_BULK = "bulkOperationRunQuery";

export interface HubRun {
  readonly report: StockReport;
  /** Virtual. */
  readonly sweptMs: number;
  readonly correctedMs: number;
  /** Keys on the list of work that were not worked off. */
  readonly left: number;
  readonly heapStartMb: number;
  readonly heapPeakMb: number;
}

interface Heap {
  /** After the shop has written its file, which takes more memory than the hub ever does. */
  startBytes: number;
  peakBytes: number;
}

export async function runHub(
  catalog: LevelCatalog,
  shopSide: ShopSide,
  odooSide: OdooSide,
  { time, linked }: { readonly time: VirtualTime; readonly linked: boolean },
): Promise<HubRun> {
  const { clock } = time;
  const store = await openStore({ memory: true, clock, now: "clock" });
  try {
    if (linked) await linkAll(store, catalog, shopSide, odooSide);
    keepHeapSmall();
    const heap: Heap = { startBytes: 0, peakBytes: 0 };
    const hub = hubOf(timed(store, time, heap), shopSide, odooSide, time, heap);
    const ended = sweepAndCorrect(hub, store);
    const state = { done: false };
    const end = (): void => void (state.done = true);
    ended.then(end, end);
    await time.run({ untilMs: Number.POSITIVE_INFINITY, stop: () => state.done });
    const { startBytes, peakBytes } = heap;
    return { ...(await ended), heapStartMb: startBytes / BYTES_PER_MB, heapPeakMb: peakBytes / BYTES_PER_MB };
  } finally {
    await store.close();
  }
}

async function sweepAndCorrect(hub: Hub, store: OpenedStore): Promise<Omit<HubRun, "heapStartMb" | "heapPeakMb">> {
  const { clock } = hub;
  const shop = hub.shops.get(SHOP);
  if (shop === undefined) throw new Error(`no shop ${SHOP}`);
  const stopping = new AbortController();
  const working = work({ ...hub, flows: flowsOf(hub), lanes: lanesOf(hub), signal: stopping.signal });
  const startedMs = clock.nowMs();
  const report = await reconcileStock(hub, shop, { dryRun: false });
  if (!report.ok) throw new Error(`the hub did not sweep: ${sentenceOf(report.failure)}`);
  const sweptMs = clock.nowMs() - startedMs;
  let left = await openWork(store);
  while (left > 0 && clock.nowMs() - startedMs < CORRECTED_MS_MAX) {
    await clock.sleep(LOOK_EVERY_MS);
    left = await openWork(store);
  }
  const correctedMs = clock.nowMs() - startedMs;
  stopping.abort();
  await working;
  return { report: report.value, sweptMs, correctedMs, left };
}

async function openWork(store: OpenedStore): Promise<number> {
  const { rows } = await store.query("select count(*) as open from stockbridge.work", []);
  return Number(rows[0]?.["open"]);
}

/** As after an earlier sweep: every variant is linked to the product of its SKU. */
async function linkAll(store: OpenedStore, catalog: LevelCatalog, shop: ShopSide, odoo: OdooSide): Promise<void> {
  const known = new Map(shop.shop.snapshot().variants.map((variant) => [variant.id, variant]));
  const variants = shop.variantIds.flatMap((id) => known.get(id) ?? []);
  await store.query(
    `insert into stockbridge.links (connection, kind, shop_id, erp_id, label, parent_id, item_id)
     select $1, 'variant', shop_id, erp_id, label, parent_id, item_id
     from unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[])
       as v(shop_id, erp_id, label, parent_id, item_id)`,
    [
      SHOP,
      shop.variantIds,
      odoo.productIds,
      catalog.skus(),
      variants.map(({ productId }) => productId),
      variants.map(({ itemId }) => itemId),
    ],
  );
  await store.query("analyze stockbridge.links", []);
}

/** Every call is one event, so that the time stands still while the store works. */
function timed(store: OpenedStore, time: VirtualTime, heap: Heap): OpenedStore {
  return new Proxy(store, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function" || name === "waitForWork") return member;
      const method = member as (...given: unknown[]) => Promise<unknown>;
      return (...given: unknown[]) =>
        time.perform(0, `store.${String(name)}`, async () => {
          const answer = await method.apply(target, given);
          look(heap);
          return answer;
        });
    },
  });
}

function transportTo(
  handle: (request: HttpRequest) => Promise<HttpResponse>,
  answerMs: number,
  time: VirtualTime,
  heap: Heap,
): Transport {
  return (request) =>
    time.perform(answerMs, "a request", async () => {
      const response = await handle(request);
      if ((request.body ?? "").includes(STARTS_BULK))
        Object.assign(heap, { startBytes: settledHeapBytes(), peakBytes: 0 });
      look(heap);
      return response;
    });
}

function hubOf(store: OpenedStore, shopSide: ShopSide, odooSide: OdooSide, time: VirtualTime, heap: Heap): Hub {
  const { clock } = time;
  const erp = createOdooConnector({
    connection: ERP,
    url: ODOO_URL,
    database: DATABASE,
    user: "admin",
    apiKey: API_KEY,
    transport: transportTo((request) => odooSide.odoo.handle(request), ODOO_ANSWER_MS, time, heap),
    clock,
  });
  const shop = runtimeOf(shopSide, erp, time, heap);
  return {
    clock,
    store,
    observer: { run: () => {}, call: () => {}, paused: () => {}, resumed: () => {}, note: () => {} },
    shops: new Map([[SHOP, shop]]),
    erps: new Map([[ERP, erp]]),
    erpDeliveryUrls: new Map(),
    limits: [SHOP, ERP].map((connection) => ({ connection, runsMax: RUNS_MAX })),
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

function runtimeOf(shopSide: ShopSide, erp: ShopRuntime["erp"], time: VirtualTime, heap: Heap): ShopRuntime {
  const port = createShopifyConnector({
    connection: SHOP,
    url: shopSide.url,
    credentials: { kind: "token", accessToken: DEFAULT_APP.accessToken },
    webhookSecret: DEFAULT_APP.clientSecret,
    currency: "shop",
    environment: "staging",
    allowHttp: false,
    transport: transportTo(shopSide.handle, SHOP_ANSWER_MS, time, heap),
    clock: time.clock,
  });
  const scopes = new Map(shopSide.locationIds.map((id, place) => [id, { warehouse: WAREHOUSES[place] ?? "" }]));
  return {
    connection: SHOP,
    label: "The benchmark's shop",
    port,
    erp,
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
    stock: { enabled: true, rules: { connection: SHOP, shopLabel: port.kindLabel, scopes, safetyStock: 0 } },
    deliveryUrl: null,
  };
}

function look(heap: Heap): void {
  heap.peakBytes = Math.max(heap.peakBytes, heapBytes());
}

/** What JavaScript holds, with the buffers outside of its heap; not what the database's own memory is. */
function heapBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Without the garbage that building both sides has left. */
function settledHeapBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  return heapBytes();
}
