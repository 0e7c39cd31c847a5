/** Two shops on one Odoo: what one has sold is not the other's to sell, and each looks again when that changes. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { systemClock } from "../../src/app/system-clock.ts";
import { createWooCommerceConnector } from "../../src/connectors/woocommerce/connector.ts";
import { dryRun } from "../../src/engine/dry-run.ts";
import type { Hub, ShopRuntime } from "../../src/engine/hub.ts";
import { receiveShopDelivery } from "../../src/engine/intake.ts";
import { pollOrders } from "../../src/engine/polls.ts";
import { reconcileStock } from "../../src/engine/reconcile-stock.ts";
import { relinkedMarks, settledMarks } from "../../src/engine/siblings.ts";
import { heldWhenTold } from "../../src/engine/told-holds.ts";
import { openStore } from "../../src/store/open-store.ts";
import { createRandom } from "../../sim/random.ts";
import { createSimulatedShop, DEFAULT_KEY, type SimulatedShop } from "../../sim/woocommerce/shop.ts";
import { workOff } from "./stock-work.ts";
import { openStockWorld, SHOP, type StockWorld } from "./stock-world.ts";

const OTHER = "shop-us";
const SKU = "MUG";
const WEBHOOK_SECRET = "a-secret-of-the-test";
const LEASE_MS = 60_000;

const store = await openStore({ memory: true, clock: systemClock });
after(() => store.close());

interface Pair {
  readonly world: StockWorld;
  readonly hub: Hub;
  readonly other: ShopRuntime;
  readonly otherWoo: SimulatedShop;
  /** The variant's ids in the two shops. */
  readonly mug: string;
  readonly otherMug: string;
}

/** Ten mugs in Odoo, in step in both shops and linked there. */
async function pair(): Promise<Pair> {
  await store.clear();
  const world = await openStockWorld(store);
  const otherWoo = createSimulatedShop({
    clock: systemClock,
    random: createRandom("other-shop"),
    baseUrl: "https://other.test",
  });
  const port = createWooCommerceConnector({
    connection: OTHER,
    url: "https://other.test",
    key: DEFAULT_KEY.key,
    secret: DEFAULT_KEY.secret,
    webhookSecret: WEBHOOK_SECRET,
    allowHttp: false,
    environment: "staging",
    transport: otherWoo.handle,
    clock: systemClock,
  });
  const { orders, stock } = world.shop;
  const other: ShopRuntime = {
    ...world.shop,
    connection: OTHER,
    port,
    orders: { enabled: true, rules: { ...orders.rules, connection: OTHER } },
    stock: { enabled: true, rules: { ...stock.rules, connection: OTHER } },
  };
  const hub: Hub = {
    ...world.hub,
    shops: new Map([
      [SHOP, world.shop],
      [OTHER, other],
    ]),
    limits: [...world.hub.limits, { connection: OTHER, runsMax: 4 }],
  };
  await world.odoo.addProducts([{ sku: SKU, stock: 10 }]);
  const mug = world.woo.addProduct({ name: "Mug", sku: SKU, price: "5.00", stock: 10 });
  const otherMug = otherWoo.addProduct({ name: "Mug", sku: SKU, price: "5.00", stock: 10 });
  for (const shop of [world.shop, other]) assert.ok((await reconcileStock(hub, shop, { dryRun: false })).ok);
  await workOff(hub);
  return { world, hub, other, otherWoo, mug, otherMug };
}

const stockWork = async (connection: string): Promise<readonly string[]> =>
  (await store.work({ connection, flow: "stock" }, 10)).map(({ key }) => key.id);

const links = async (connection: string, id: string) =>
  (await store.links(connection, "variant", [id])).map(({ label }) => label);

test("an order of one shop is held back in the other, from the poll that tells of it until it is cancelled", async () => {
  const { world, hub, other, otherWoo, mug, otherMug } = await pair();
  assert.deepEqual([await links(SHOP, mug), await links(OTHER, otherMug)], [[SKU], [SKU]]);
  const order = otherWoo.placeOrder({ items: [{ variantId: otherMug, quantity: 3 }], paid: true });
  assert.ok((await pollOrders(hub, other)).ok);
  assert.deepEqual(await stockWork(SHOP), [mug], "the other shop looks again");
  await workOff(hub);
  assert.equal(world.woo.stockOf(mug), 7);
  assert.equal(otherWoo.stockOf(otherMug), 7);
  const [explained] = await store.explanations(SHOP, mug, 1);
  assert.match(JSON.stringify(explained?.body), /"shop":"shop-us"/);

  // The shop stamps changes with the second.
  await systemClock.sleep(1_100);
  otherWoo.setStatus(order.id, "cancelled");
  assert.ok((await pollOrders(hub, other)).ok);
  await workOff(hub);
  assert.equal(world.woo.stockOf(mug), 10);
});

test("a poll that tells nothing new of an order wakes nobody else", async () => {
  const { hub, other, otherWoo, otherMug } = await pair();
  otherWoo.placeOrder({ items: [{ variantId: otherMug, quantity: 3 }], paid: true });
  assert.ok((await pollOrders(hub, other)).ok);
  await workOff(hub);
  await store.query("delete from stockbridge.cursors");
  assert.ok((await pollOrders(hub, other)).ok);
  assert.deepEqual(await stockWork(SHOP), []);
});

test("a webhook of one shop marks the other's variant in the same moment", async () => {
  const { world, hub, other, mug, otherMug } = await pair();
  assert.equal(other.connection, OTHER);
  const deliveries: { headers: Readonly<Record<string, string>>; body: string }[] = [];
  const talking = createSimulatedShop({
    clock: systemClock,
    random: createRandom("talking"),
    baseUrl: "https://other.test",
    deliver: async ({ headers, body }) => {
      deliveries.push({ headers, body: body ?? "" });
      return { status: 200, headers: {}, body: "" };
    },
  });
  const port = createWooCommerceConnector({
    connection: OTHER,
    url: "https://other.test",
    ...DEFAULT_KEY,
    webhookSecret: WEBHOOK_SECRET,
    allowHttp: false,
    environment: "staging",
    transport: talking.handle,
    clock: systemClock,
  });
  const heard: Hub = { ...hub, shops: new Map([...hub.shops, [OTHER, { ...other, port }]]) };
  const id = talking.addProduct({ name: "Mug", sku: SKU, price: "5.00", stock: 10 });
  assert.equal(id, otherMug, "the same catalog gives the same ids");
  const call = { deadlineMs: () => Number.POSITIVE_INFINITY, beforeWrite: async () => {}, record: () => undefined };
  assert.ok((await port.ensureWebhooks("https://hub.example.test/in", call)).ok);
  talking.placeOrder({ items: [{ variantId: id, quantity: 2 }], paid: true });
  await talking.deliverDueWebhooks();
  const told = deliveries.filter(({ headers }) => headers["x-wc-webhook-topic"]?.startsWith("order."));
  assert.ok(told.length > 0);
  for (const { headers, body } of told)
    assert.ok((await receiveShopDelivery(heard, OTHER, headers, Buffer.from(body))).ok);
  assert.deepEqual(await stockWork(SHOP), [mug]);
  const { text } = await dryRun(hub, { flow: "stock", connection: SHOP, id: mug });
  assert.match(text, /goes from 10 to 8 in WooCommerce/);
  assert.equal(world.woo.stockOf(mug), 10, "a dry run writes nothing");
});

test("a shop that is alone on its Odoo asks nothing about others", async () => {
  await store.clear();
  const world = await openStockWorld(store);
  await world.odoo.addProducts([{ sku: SKU, stock: 10 }]);
  const mug = world.woo.addProduct({ name: "Mug", sku: SKU, price: "5.00", stock: 4 });
  const asked: string[] = [];
  const watched: Hub["store"] = {
    ...store,
    linksByErp(kind, erpIds) {
      asked.push("linksByErp");
      return store.linksByErp(kind, erpIds);
    },
    holdsOfOrders(connection, orderIds) {
      asked.push("holdsOfOrders");
      return store.holdsOfOrders(connection, orderIds);
    },
  };
  const hub: Hub = { ...world.hub, store: watched };
  await store.mark([{ key: { flow: "stock", connection: SHOP, id: mug }, priority: 1, trigger: "manual" }]);
  await workOff(hub);
  assert.ok((await pollOrders(hub, world.shop)).ok);
  assert.equal(world.woo.stockOf(mug), 10);
  assert.deepEqual(asked, []);
});

test("a sweep of a paused connection says why it waits, and calls nobody", async () => {
  const { world, hub } = await pair();
  const failure = {
    code: "CONNECTION_DOWN",
    params: { connection: SHOP, reason: "refused" },
    connection: SHOP,
  } as const;
  await store.pause(SHOP, failure, systemClock.nowMs() + LEASE_MS);
  const before = world.requests.length;
  const swept = await reconcileStock(hub, world.shop, { dryRun: true });
  assert.ok(!swept.ok);
  assert.equal(swept.failure.code, "CONNECTION_DOWN");
  assert.equal(world.requests.length, before);
});

test("what an order holds no more is looked at again in its own shop too, and what it still holds is not", async () => {
  const { hub, other, otherWoo, mug, otherMug } = await pair();
  const { id } = otherWoo.placeOrder({ items: [{ variantId: otherMug, quantity: 3 }], paid: true });
  assert.ok((await pollOrders(hub, other)).ok);
  const held = await store.holdsOfOrders(OTHER, [id]);
  assert.equal(held.length, 1);
  const how = { priority: 0, trigger: "recheck" } as const;
  const stillHeld = await settledMarks(hub, other, [{ orderId: id, lines: held }], how);
  assert.deepEqual(stillHeld, []);
  // A stock run beside the order's may have seen the hold and Odoo's reservation, and taken off both.
  const released = await settledMarks(hub, other, [{ orderId: id, lines: [] }], how);
  assert.deepEqual(
    released.map(({ key }) => [key.connection, key.id]),
    [
      [OTHER, otherMug],
      [SHOP, mug],
    ],
  );
});

test("what a variant has sold counts elsewhere as soon as it is known which product it is", async () => {
  const { world, hub, other, otherWoo, mug } = await pair();
  const twin = otherWoo.addProduct({ name: "Mug again", sku: "", price: "5.00", stock: 4 });
  const { id } = otherWoo.placeOrder({ items: [{ variantId: twin, quantity: 3 }], paid: true });
  assert.ok((await pollOrders(hub, other)).ok);
  assert.equal((await store.holdsOfOrders(OTHER, [id])).length, 1);
  const how = { priority: 0, trigger: "recheck" } as const;
  const [known] = await store.links(SHOP, "variant", [mug]);
  const link = { ...known!, connection: OTHER, shopId: twin };
  const marks = await relinkedMarks(hub, other, [link], how);
  assert.deepEqual(
    marks.map(({ key }) => [key.connection, key.id]),
    [[SHOP, mug]],
  );
  assert.deepEqual(await relinkedMarks(hub, world.shop, [known!], how), [], "a link that stays is no news");
  const idle = { ...link, shopId: "999" };
  assert.deepEqual(await relinkedMarks(hub, other, [idle], how), [], "nor is one of a variant that holds nothing");
});

test("an order from before the start holds nothing when it is told, unless it is known", async () => {
  const { hub, other } = await pair();
  const late = {
    ...other,
    orders: { ...other.orders, rules: { ...other.orders.rules, startAt: "2026-06-01T00:00:00Z" } },
  };
  const line = { orderNumber: "1", variantId: "13", quantity: "2", locationId: null };
  const told = [
    { orderId: "1", placedAt: "2026-05-31T23:59:59Z", lines: [{ ...line, orderId: "1" }] },
    { orderId: "2", placedAt: "2026-06-01T00:00:00Z", lines: [{ ...line, orderId: "2" }] },
    { orderId: "3", placedAt: null, lines: [{ ...line, orderId: "3" }] },
  ];
  const counts = async (from: Hub) => (await heldWhenTold(from, late, told)).map(({ lines }) => lines.length);
  assert.deepEqual(await counts(hub), [0, 1, 1]);
  const link = {
    connection: OTHER,
    kind: "order",
    shopId: "1",
    erpId: 9,
    label: "S9",
    parentId: null,
    itemId: null,
  } as const;
  const linked: Hub["store"] = { ...store, links: () => Promise.resolve([link]) };
  assert.deepEqual(await counts({ ...hub, store: linked }), [1, 1, 1]);
});
