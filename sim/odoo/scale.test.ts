/** Twenty thousand products: reads that a hub makes every minute stay quick. Bounds are ten times what they take. */
import { test } from "node:test";
import assert from "node:assert/strict";
import { openTrial } from "./trial.ts";

const PRODUCTS = 20_000;
const READ_MS_MAX = 3000;
const FEED_MS_MAX = 2000;

async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
  const start = performance.now();
  const result = await work();
  return { result, ms: performance.now() - start };
}

test("quants of 20,000 products in one read, changes among them, one product by SKU", async (context) => {
  const { odoo, session, scene, time } = await openTrial(19);
  await odoo.addProducts(Array.from({ length: PRODUCTS }, (_, at) => ({ sku: `SKU-${at}`, stock: (at % 50) + 1 })));
  const fields = ["product_id", "quantity", "reserved_quantity"];
  const below = [["location_id", "child_of", scene.viewId]];
  const quants = await timed(() => session.search("stock.quant", below, fields, { load: null }));
  assert.equal(quants.result.length, PRODUCTS);
  time.nowMs += 60_000;
  const since = new Date(time.nowMs).toISOString().slice(0, 19).replace("T", " ");
  await odoo.adjustStock("SKU-777", 1234);
  const feed = await timed(() =>
    session.search("stock.quant", [["write_date", ">=", since]], ["product_id", "write_date"], { load: null }),
  );
  assert.deepEqual(feed.result.map((row) => row["product_id"]).includes(odoo.productId("SKU-777")), true);
  const one = await timed(() =>
    session.search("product.product", [["default_code", "in", ["SKU-19999"]]], ["name", "free_qty"]),
  );
  assert.equal(one.result[0]?.["free_qty"], 50);
  context.diagnostic(`quants ${quants.ms.toFixed(0)} ms, feed ${feed.ms.toFixed(0)} ms, one ${one.ms.toFixed(0)} ms`);
  assert.ok(quants.ms < READ_MS_MAX, `quants took ${quants.ms} ms`);
  assert.ok(feed.ms < FEED_MS_MAX, `feed took ${feed.ms} ms`);
  assert.ok(one.ms < FEED_MS_MAX, `one took ${one.ms} ms`);
});
