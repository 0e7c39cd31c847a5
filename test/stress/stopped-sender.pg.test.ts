/**
 * A worker that is stopped right before a write leaves, whose keys another worker takes over and finishes, and that wakes and
 * sends after all: whatever write it is, both sides end in step, with one of each document and the right stock.
 */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createHttpTransport } from "../../src/app/http-transport.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { PRIORITY, type FlowName } from "../../src/core/key.ts";
import { serve, type RunningServer } from "../../sim/http-server.ts";
import { createSimulatedOdoo, type SimulatedOdoo } from "../../sim/odoo/simulated-odoo.ts";
import { createRandom } from "../../sim/random.ts";
import { createSimulatedShop, DEFAULT_KEY, type SimulatedShop } from "../../sim/woocommerce/shop.ts";
import { administer, postgresStores } from "../store/opened-stores.ts";
import type { OpenedStore } from "../../src/store/open-store.ts";
import type { StoppingHubSettings } from "./stopping-hub.ts";

const PROGRAM = join(import.meta.dirname, "stopping-hub.ts");
const STEP_MS_MAX = 60_000;
const LOOK_EVERY_MS = 50;
/** More writes than an order needs: the last trial is one in which nothing stops. */
const WRITES_MAX = 25;
const SHOP = "shop-eu";

interface Stage {
  readonly shop: SimulatedShop;
  readonly odoo: SimulatedOdoo;
  readonly servers: readonly RunningServer[];
  readonly settings: Omit<StoppingHubSettings, "stopAt">;
  readonly url: string;
  readonly store: OpenedStore;
  readonly mug: string;
}

const stores = postgresStores();
const children = new Set<ChildProcess>();
let stage: Stage;

before(async () => {
  stage = await openStage();
});
after(async () => {
  for (const child of children) child.kill("SIGKILL");
  await Promise.all((stage?.servers ?? []).map((server) => server.close()));
  await stores.close();
});

test("an order, stopped before each of its writes in turn", { timeout: 4 * 60_000 }, async (t) => {
  let stops = 0;
  for (let write = 1; write <= WRITES_MAX; write += 1) {
    const { id, number } = stage.shop.placeOrder({
      items: [{ variantId: stage.mug, quantity: 1 }],
      billing: guest(write),
      method: "stripe",
      transactionId: `pi_${write}`,
      paid: true,
    });
    const stopped = await inTurn(
      "order",
      id,
      { side: "odoo", write },
      () => stage.shop.order(id)?.meta["_stockbridge_status"] === "synced",
    );
    if (stopped !== null) stops += 1;
    t.diagnostic(stopped ?? `write ${write}: nothing left to stop before`);
    const { orders, invoices, payments } = documentsOf(number);
    assert.deepEqual([orders, invoices, payments], [1, 1, 1], `documents of order ${number}: ${stopped}`);
    if (stopped === null) break;
  }
  assert.ok(stops >= 6, `only ${stops} writes were stopped before`);
});

test("the mark on the shop's order, stopped before it", { timeout: 3 * 60_000 }, async () => {
  const { id, number } = stage.shop.placeOrder({
    items: [{ variantId: stage.mug, quantity: 1 }],
    billing: guest(99),
    method: "stripe",
    transactionId: "pi_99",
    paid: true,
  });
  const stopped = await inTurn(
    "order",
    id,
    { side: "shop", write: 1 },
    () => stage.shop.order(id)?.meta["_stockbridge_status"] === "synced",
  );
  assert.ok(stopped !== null);
  assert.deepEqual(Object.values(documentsOf(number)), [1, 1, 1]);
});

test("a stock number that is out of date when it leaves is put right", { timeout: 3 * 60_000 }, async () => {
  await stage.odoo.adjustStock("MUG", 400);
  const inStep = () => stage.shop.stockOf(stage.mug) === stage.odoo.freeQuantity("MUG");
  const changed = () => stage.odoo.adjustStock("MUG", 100);
  const stopped = await inTurn("stock", stage.mug, { side: "shop", write: 1 }, inStep, changed);
  assert.ok(stopped !== null && inStep());
});

/**
 * One worker stops; its lease is made to run out; another brings the key to its end; the first wakes and sends. Answers what
 * it was stopped before, or null when its run had no such write. In the end nothing is left to do.
 */
async function inTurn(
  flow: FlowName,
  id: string,
  stopAt: StoppingHubSettings["stopAt"],
  isDone: () => boolean,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<string | null> {
  const { store, url } = stage;
  await store.mark([{ key: { flow, connection: SHOP, id }, priority: PRIORITY.live, trigger: "webhook" }]);
  const sleeper = start(stopAt);
  await until(() => sleeper.said().includes("stopping") || isDone(), "the stop");
  const stopped = /stopping before (.*)/.exec(sleeper.said())?.[1] ?? null;
  if (stopped !== null) {
    await meanwhile();
    await administer(url, "update stockbridge.work set lease_until_ms = 1 where lease_until_ms is not null");
    const owner = start(null);
    await until(isDone, `the take-over after ${stopped}`);
    sleeper.child.kill("SIGCONT");
    await until(() => sleeper.said().includes("sent after waking"), "the late write");
    // The sleeper ends its run first, and with it come its last hints; the owner follows them.
    await end(sleeper.child);
    await until(
      async () => (await store.work({ parked: false }, 10)).length === 0 && isDone(),
      `the end after ${stopped}`,
    );
    await end(owner.child);
  } else {
    await until(async () => (await store.work({ parked: false }, 10)).length === 0, "the end of an undisturbed run");
    await end(sleeper.child);
  }
  assert.deepEqual(
    (await store.work({}, 10)).map(({ key, parkedCode }) => `${key.id} ${parkedCode}`),
    [],
    `after ${stopped}`,
  );
  return stopped;
}

function start(stopAt: StoppingHubSettings["stopAt"]): { readonly child: ChildProcess; readonly said: () => string } {
  const settings: StoppingHubSettings = { ...stage.settings, stopAt };
  const child = spawn(process.execPath, [PROGRAM, stage.url, JSON.stringify(settings)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.add(child);
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return { child, said: () => said };
}

/** As an operator stops it: batches under way are finished. */
async function end(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await gone;
  children.delete(child);
}

async function until(met: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const endMs = systemClock.nowMs() + STEP_MS_MAX;
  while (!(await met())) {
    assert.ok(systemClock.nowMs() < endMs, `waited in vain for ${what}`);
    await systemClock.sleep(LOOK_EVERY_MS);
  }
}

function documentsOf(number: string): { orders: number; invoices: number; payments: number } {
  const { orders, invoices, payments } = stage.odoo.documents();
  return {
    orders: orders.filter(({ reference }) => reference === number).length,
    invoices: invoices.filter(({ reference, state }) => reference === number && state === "posted").length,
    payments: payments.filter(({ memo }) => memo === number || memo.startsWith(`${number} `)).length,
  };
}

function guest(index: number) {
  return {
    first_name: "Guest",
    last_name: String(index),
    address_1: "Kerkstraat 1",
    city: "Gent",
    postcode: "9000",
    country: "BE",
    email: `guest${index}@example.test`,
  };
}

async function openStage(): Promise<Stage> {
  const url = await stores.database();
  const store = await stores.open(url);
  const outside = createHttpTransport({ clock: systemClock, userAgent: "Simulated systems" }).transport;
  const shop = createSimulatedShop({
    clock: systemClock,
    random: createRandom("stopped"),
    baseUrl: "http://127.0.0.1",
    settings: { currency: "USD" },
    deliver: outside,
  });
  const odoo = createSimulatedOdoo({
    clock: systemClock,
    random: createRandom("stopped odoo"),
    version: 19,
    baseUrl: "http://127.0.0.1",
    database: "hub",
    apiKey: "stopped-key",
  });
  shop.addTaxRate({ percent: "21", name: "VAT 21", country: "BE" });
  const taxId = await odoo.addTax({ name: "VAT 21", percent: 21 });
  await odoo.addProduct({ sku: "MUG", stock: 500 });
  const mug = shop.addProduct({ name: "Mug", sku: "MUG", price: "8.26", stock: 500 });
  const shopServer = await serve((request) => shop.handle(request));
  shop.setBaseUrl(shopServer.url);
  const odooServer = await serve((request) => odoo.handle(request));
  const configText = `environment: staging
connections:
  odoo: { kind: odoo, url: "${odooServer.url}", database: hub, user: admin, apiKey: "\${ODOO_KEY}", allowHttp: true }
  ${SHOP}: { kind: woocommerce, url: "${shopServer.url}", key: "\${SHOP_KEY}", secret: "\${SHOP_SECRET}", webhookSecret: "\${WEBHOOK_SECRET}", allowHttp: true }
shops:
  ${SHOP}:
    odoo: odoo
    orders: { startAt: 2020-01-01, taxes: { "1": "${taxId}" }, journals: { stripe: BNK1 } }
    stock: { warehouse: WH }
`;
  const environment = {
    ODOO_KEY: "stopped-key",
    SHOP_KEY: DEFAULT_KEY.key,
    SHOP_SECRET: DEFAULT_KEY.secret,
    WEBHOOK_SECRET: "stopped-secret-0123456789",
  };
  return {
    shop,
    odoo,
    servers: [shopServer, odooServer],
    settings: { configText, environment, shopUrl: shopServer.url },
    url,
    store,
    mug,
  };
}
