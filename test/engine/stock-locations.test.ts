/** A shop with several locations beside one that counts as a whole, both on one Odoo with two warehouses. */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { systemClock } from "../../src/app/system-clock.ts";
import { createShopifyConnector } from "../../src/connectors/shopify/connector.ts";
import type { StockScope } from "../../src/core/ports/erp.ts";
import { checkAll } from "../../src/engine/check.ts";
import { explainStock } from "../../src/engine/explain-stock.ts";
import type { Hub, ShopRuntime } from "../../src/engine/hub.ts";
import { receiveShopDelivery } from "../../src/engine/intake.ts";
import { pollOrders } from "../../src/engine/polls.ts";
import { reconcileStock } from "../../src/engine/reconcile-stock.ts";
import { openStore } from "../../src/store/open-store.ts";
import { createRandom } from "../../sim/random.ts";
import { createSimulatedShopify, DEFAULT_APP, type SimulatedShopify } from "../../sim/shopify/shop.ts";
import { missingSchema, shopifySchema } from "../../tools/shopify-schema.ts";
import { workOff } from "./stock-work.ts";
import { openStockWorld, SHOP, type StockWorld } from "./stock-world.ts";

const US = "shop-us";
const SKU = "ABC-RED-M";

const store = await openStore({ memory: true, clock: systemClock });
after(() => store.close());

interface Places {
  readonly world: StockWorld;
  readonly hub: Hub;
  readonly shop: ShopRuntime;
  readonly sim: SimulatedShopify;
  readonly berlin: string;
  readonly reno: string;
  readonly deliveries: { readonly headers: Readonly<Record<string, string>>; readonly raw: Uint8Array }[];
}

type Mapping = (ids: { readonly berlin: string; readonly reno: string }) => readonly (readonly [string, StockScope])[];
const BOTH: Mapping = ({ berlin, reno }) => [
  [berlin, { warehouse: "WH" }],
  [reno, { warehouse: "US" }],
];

async function places(mapping: Mapping = BOTH): Promise<Places> {
  await store.clear();
  const world = await openStockWorld(store);
  await world.odoo.addWarehouse({ name: "Reno", code: "US" });
  const deliveries: Places["deliveries"] = [];
  const sim = createSimulatedShopify({
    schema: shopifySchema("2026-07"),
    clock: systemClock,
    random: createRandom("locations"),
    deliver: async ({ headers, body }) => {
      deliveries.push({ headers, raw: Buffer.from(body ?? "") });
      return { status: 200, headers: {}, body: "" };
    },
  });
  const [berlin, reno] = [sim.createLocation("Berlin"), sim.createLocation("Reno")];
  const port = createShopifyConnector({
    connection: US,
    url: "https://simulated.myshopify.com",
    credentials: { kind: "token", accessToken: DEFAULT_APP.accessToken },
    webhookSecret: DEFAULT_APP.clientSecret,
    currency: "shop",
    environment: "staging",
    allowHttp: false,
    clock: systemClock,
    transport: sim.handle,
  });
  const scopes = new Map(mapping({ berlin, reno }));
  const shop: ShopRuntime = {
    ...world.shop,
    connection: US,
    port,
    stock: { enabled: true, rules: { connection: US, shopLabel: port.kindLabel, scopes, safetyStock: 0 } },
  };
  const hub: Hub = {
    ...world.hub,
    shops: new Map([...world.hub.shops, [US, shop]]),
    limits: [...world.hub.limits, { connection: US, runsMax: 4 }],
  };
  return { world, hub, shop, sim, berlin, reno, deliveries };
}

function stocked(
  { sim }: Places,
  stock: Readonly<Record<string, number>>,
  more: { sku?: string; barcode?: string } = { sku: SKU },
) {
  const { variantIds, itemIds } = sim.createProduct({ title: "Shirt", variants: [{ ...more, stock }] });
  return { id: variantIds[0] ?? "", itemId: itemIds[0] ?? "" };
}

async function sweep({ hub, shop }: Places) {
  const swept = await reconcileStock(hub, shop, { dryRun: false });
  assert.ok(swept.ok);
  return swept.value;
}

const stateOf = async (id: string) => store.keyState({ flow: "stock", connection: US, id });

describe("stock at several locations", { skip: missingSchema() ?? false }, () => {
  test("each location is brought to its own stock, one that did not stock it is asked to, and the second look is quiet", async () => {
    const here = await places();
    const { world, sim, berlin, reno } = here;
    await world.odoo.addProducts([{ sku: SKU, stock: 10 }]);
    await world.odoo.adjustStock(SKU, 4, "US");
    const shirt = stocked(here, { [berlin]: 3 });
    const report = await sweep(here);
    assert.deepEqual(
      report.differences.map(({ locationId, locationName, shop, odoo }) => [locationId, locationName, shop, odoo]),
      [
        [berlin, "Berlin", 3, 10],
        [reno, reno, null, 4],
      ],
    );
    await workOff(here.hub);
    assert.deepEqual([sim.availableOf(shirt.id, berlin), sim.availableOf(shirt.id, reno)], [10, 4]);
    const [link] = await store.links(US, "variant", [shirt.id]);
    assert.deepEqual([link?.itemId, link?.label], [shirt.itemId, SKU]);
    assert.deepEqual([...((await store.published(US, [shirt.id])).get(shirt.id) ?? [])].length, 2);
    const again = await sweep(here);
    assert.deepEqual([again.inStep, again.different, again.marked], [1, 0, 0]);
    const { lines, json } = await explainStock(here.hub, US, SKU);
    assert.deepEqual(
      json.variants[0]?.levels.map(({ locationName, shopQuantity, published }) => [
        locationName,
        shopQuantity,
        published,
      ]),
      [
        ["Berlin", 10, 10],
        ["Reno", 4, 4],
      ],
    );
    assert.ok(lines.some((line) => line.includes("at Reno: 4 to sell")));
  });

  test("a webhook about an inventory item leads to its variant", async () => {
    const here = await places();
    const { world, sim, shop, hub, berlin, deliveries } = here;
    await world.odoo.addProducts([{ sku: SKU, stock: 10 }]);
    const shirt = stocked(here, { [berlin]: 10 });
    await sweep(here);
    await workOff(hub);
    const call = { deadlineMs: () => Number.POSITIVE_INFINITY, beforeWrite: async () => {}, record: () => undefined };
    const hooks = await shop.port.ensureWebhooks(`https://hub.example.test/webhooks/${US}`, call);
    assert.ok(hooks.ok);
    sim.setAvailable(shirt.id, berlin, 2);
    await sim.deliverDueWebhooks();
    assert.ok(deliveries.length > 0);
    for (const { headers, raw } of deliveries) assert.ok((await receiveShopDelivery(hub, US, headers, raw)).ok);
    assert.deepEqual(
      (await store.work({ connection: US }, 10)).map(({ key }) => key.id),
      [shirt.id],
    );
    await workOff(hub);
    assert.equal(sim.availableOf(shirt.id, berlin), 10);
  });

  test("what the other shop sells is held back where it is taken, and not where stock is surely another", async () => {
    const here = await places();
    const { world, sim, hub, berlin, reno } = here;
    await world.odoo.addProducts([{ sku: SKU, stock: 10 }]);
    await world.odoo.adjustStock(SKU, 4, "US");
    const mug = world.woo.addProduct({ name: "Shirt", sku: SKU, price: "5.00", stock: 10 });
    const shirt = stocked(here, { [berlin]: 10, [reno]: 4 });
    const selling: ShopRuntime = { ...world.shop, orders: { ...world.shop.orders, enabled: true } };
    const both: Hub = { ...hub, shops: new Map([...hub.shops, [SHOP, selling]]) };
    for (const shop of both.shops.values()) assert.ok((await reconcileStock(both, shop, { dryRun: false })).ok);
    await workOff(both);
    world.woo.placeOrder({ items: [{ variantId: mug, quantity: 3 }], paid: true });
    assert.ok((await pollOrders(both, selling)).ok);
    await workOff(both);
    assert.deepEqual([sim.availableOf(shirt.id, berlin), sim.availableOf(shirt.id, reno)], [7, 4]);
    assert.equal(world.woo.stockOf(mug), 7);
  });

  test("stock in a warehouse that no location looks at is named, on the variant and by the check", async () => {
    const here = await places(({ reno }) => [[reno, { warehouse: "US" }]]);
    const { world, hub, sim, berlin, reno } = here;
    await world.odoo.addProducts([{ sku: SKU, stock: 10 }]);
    const shirt = stocked(here, { [berlin]: 3 });
    await sweep(here);
    await workOff(hub);
    const state = await stateOf(shirt.id);
    assert.equal(state?.code, "LOCATION_NOT_MAPPED");
    assert.match(state.sentence, /^Odoo warehouse WH\/Stock is not mapped to a Shopify inventory location/);
    assert.deepEqual([sim.availableOf(shirt.id, berlin), sim.availableOf(shirt.id, reno)], [3, null]);
    const warnings: string[] = [];
    for await (const { connection, status, sentence } of checkAll(hub))
      if (connection === US && status === "warning") warnings.push(sentence);
    assert.ok(warnings.includes("Odoo warehouse WH/Stock is not mapped to a Shopify inventory location"));
    assert.ok(warnings.some((sentence) => sentence.includes(`inventory location Berlin (${berlin}) is mapped to no`)));
    await world.odoo.adjustStock(SKU, 2, "US");
    await store.retry({ flow: "stock", connection: US, id: shirt.id });
    await workOff(hub);
    assert.equal(sim.availableOf(shirt.id, reno), 2);
    const [explained] = await store.explanations(US, shirt.id, 1);
    assert.match(JSON.stringify(explained?.body), /10 on hand in WH\/Stock, which is mapped to no Shopify/);
  });

  test("a mapped location that the shop does not have is named, and the others are written", async () => {
    const here = await places(({ berlin }) => [
      [berlin, { warehouse: "WH" }],
      ["999999999", { warehouse: "US" }],
    ]);
    const { world, hub, sim, berlin } = here;
    await world.odoo.addProducts([{ sku: SKU, stock: 10 }]);
    await world.odoo.adjustStock(SKU, 4, "US");
    const shirt = stocked(here, { [berlin]: 3 });
    await sweep(here);
    await workOff(hub);
    assert.equal(sim.availableOf(shirt.id, berlin), 10);
    assert.equal((await stateOf(shirt.id))?.code, "SHOP_LOCATION_NOT_FOUND");
  });

  test("a variant without a SKU is its barcode's product; two of them are none", async () => {
    const here = await places();
    const { world, hub, sim, berlin } = here;
    const [productId = 0] = await world.odoo.addProducts([{ sku: "ODOO-ONLY", stock: 6 }]);
    await world.odoo.writeDocument("product.product", productId, { barcode: "4006381333931" });
    const first = stocked(here, { [berlin]: 1 }, { barcode: "4006381333931" });
    await sweep(here);
    await workOff(hub);
    assert.equal(sim.availableOf(first.id, berlin), 6);
    const second = stocked(here, { [berlin]: 1 }, { barcode: "4006381333931", sku: "NOT-IN-ODOO" });
    await sweep(here);
    await workOff(hub);
    assert.equal((await stateOf(second.id))?.code, "STOCK_BARCODE_DUPLICATE_IN_SHOP");
    assert.equal(sim.availableOf(second.id, berlin), 1);
    assert.equal((await stateOf(first.id))?.state, "linked");
    sim.deleteVariant(first.id);
    await sweep(here);
    await workOff(hub);
    await store.retry({ flow: "stock", connection: US, id: second.id });
    await workOff(hub);
    assert.equal(sim.availableOf(second.id, berlin), 6, "whoever is gone from the shop stands in nobody's way");
  });
});
