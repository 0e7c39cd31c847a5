/** The sweep between a simulated shop and a simulated Odoo: what it marks, when, and with how many calls. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { systemClock } from "../../src/app/system-clock.ts";
import { COMPARED_AT_ONCE_MIN, reconcileStock } from "../../src/engine/reconcile-stock.ts";
import { lanesOf } from "../../src/engine/hub.ts";
import { openStore } from "../../src/store/open-store.ts";
import { live, resultsOf, stock } from "../store/fixtures.ts";
import { openStockWorld, SHOP, type StockWorld } from "./stock-world.ts";

const LEASE_MS = 60_000;
const store = await openStore({ memory: true, clock: systemClock });
after(() => store.close());

/** Simple products in step on both sides and linked; answers the shop's ids. */
async function worldOf(size: number): Promise<{ world: StockWorld; ids: string[] }> {
  await store.clear();
  const world = await openStockWorld(store);
  const skus = Array.from({ length: size }, (_, index) => `SKU-${index}`);
  await world.odoo.addProducts(skus.map((sku) => ({ sku, stock: 5 })));
  const ids = skus.map((sku) => world.woo.addProduct({ name: sku, sku, price: "1.00", stock: 5 }));
  await world.link(ids);
  return { world, ids };
}

async function sweep({ hub, shop }: StockWorld, dryRun = false) {
  const swept = await reconcileStock(hub, shop, { dryRun });
  assert.ok(swept.ok);
  return swept.value;
}

test("what differs is marked, what is in step is not, and few calls tell", async () => {
  const { world, ids } = await worldOf(COMPARED_AT_ONCE_MIN + 30);
  const apart = [ids[3], ids[120], ids.at(-1)].filter((id) => id !== undefined);
  for (const id of apart) world.woo.setStock(id, 9);
  const report = await sweep(world);
  assert.deepEqual(await world.marked(), apart.toSorted());
  assert.deepEqual(
    [report.checked, report.inStep, report.different, report.marked, report.blocked],
    [ids.length, ids.length - 3, 3, 3, 0],
  );
  const pages = world.requests.filter((asked) => asked.startsWith("GET /products page="));
  assert.equal(pages.length, Math.ceil(ids.length / 100));
  const lookUps = world.requests.filter((asked) => asked === "POST product.product/search_read");
  assert.equal(lookUps.length, 2, "one for the first 500 variants, one for the rest");
});

test("a dry run tells the same and marks nothing", async () => {
  const { world, ids } = await worldOf(20);
  world.woo.setStock(ids[7] ?? "", 1);
  const report = await sweep(world, true);
  assert.deepEqual([report.different, report.marked], [1, 0]);
  assert.deepEqual(
    report.differences.map(({ variantId, shop, odoo }) => [variantId, shop, odoo]),
    [[ids[7], 1, 5]],
  );
  assert.deepEqual(await world.marked(), []);
});

test("variants without a link, twins and those that are gone are marked", async () => {
  const { world, ids } = await worldOf(120);
  await world.odoo.addProduct({ sku: "NEW", stock: 5 });
  const unlinked = world.woo.addProduct({ name: "new", sku: "NEW", price: "1.00", stock: 5 });
  const twin = world.woo.addProduct({ name: "twin", sku: "sku-4", price: "1.00", stock: 5 });
  world.woo.deleteProduct(ids[50] ?? "");
  const report = await sweep(world);
  assert.deepEqual(await world.marked(), [unlinked, twin, ids[50] ?? ""].toSorted());
  assert.deepEqual(
    report.differences.map(({ variantId, code }) => [variantId, code]),
    [[twin, "STOCK_SKU_DUPLICATE_IN_SHOP"]],
  );
});

test("what was parked and is right again by itself is looked at, so that it leaves the list", async () => {
  const { world, ids } = await worldOf(3);
  const key = stock(ids[1] ?? "");
  await store.mark([live(key)]);
  const claim = await store.claim(lanesOf(world.hub), world.hub.limits, LEASE_MS);
  assert.ok(claim !== null);
  await store.commit(claim, resultsOf(claim, { kind: "park" }));
  const nextAt = async () => (await store.work({ key }, 1))[0]?.nextAtMs ?? null;
  assert.equal(await nextAt(), null);
  const dry = await sweep(world, true);
  assert.deepEqual([dry.inStep, await nextAt()], [3, null]);
  await sweep(world);
  assert.notEqual(await nextAt(), null);
});

test("a variation is found through what is known of its parent", async () => {
  const { world } = await worldOf(3);
  for (const sku of ["TS-S", "TS-M"]) await world.odoo.addProduct({ sku, stock: 4 });
  const shirt = world.woo.addVariableProduct({
    name: "Shirt",
    variations: [
      { option: "S", sku: "TS-S", price: "9.00", stock: 4 },
      { option: "M", sku: "TS-M", price: "9.00", stock: 7 },
    ],
  });
  await world.link(shirt.variationIds);
  const report = await sweep(world);
  assert.deepEqual([report.checked, report.different], [5, 1]);
  assert.deepEqual(await world.marked(), [shirt.variationIds[1]]);
});

test("a sweep that breaks off leaves what it has found to be corrected", async () => {
  const { world, ids } = await worldOf(COMPARED_AT_ONCE_MIN + 150);
  world.woo.setStock(ids[10] ?? "", 9);
  world.intercept = (asked) => (asked === "GET /products page=6" ? { status: 503, headers: {}, body: "" } : null);
  const swept = await reconcileStock(world.hub, world.shop, { dryRun: false });
  assert.equal(swept.ok, false);
  assert.deepEqual(await world.marked(), [ids[10]]);
  assert.notEqual((await store.connectionState(SHOP)).pausedUntilMs, null);
});
