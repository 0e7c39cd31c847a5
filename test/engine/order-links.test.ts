/** Orders whose lines tell no SKU that Odoo knows: the product is the one that their variant is linked to, or nothing. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { systemClock } from "../../src/app/system-clock.ts";
import { flowsOf } from "../../src/engine/flows.ts";
import { lanesOf, type Hub, type ShopRuntime } from "../../src/engine/hub.ts";
import { PRIORITY } from "../../src/core/key.ts";
import { LEASE_MS, runClaim } from "../../src/engine/run.ts";
import { openStore } from "../../src/store/open-store.ts";
import { openStockWorld, SHOP, type StockWorld } from "./stock-world.ts";

const SKU = "MUG";

const store = await openStore({ memory: true, clock: systemClock });
after(() => store.close());

/** A mug in step and linked on both sides; its shop's orders are taken too. */
async function linkedWorld(): Promise<{ world: StockWorld; hub: Hub; mug: string; productId: number }> {
  await store.clear();
  const world = await openStockWorld(store);
  const [productId = 0] = await world.odoo.addProducts([{ sku: SKU, stock: 10 }]);
  await world.odoo.addCurrency({ name: "EUR", rate: 1 });
  const mug = world.woo.addProduct({ name: "Mug", sku: SKU, price: "5.00", stock: 10 });
  await world.link([mug]);
  const shop: ShopRuntime = { ...world.shop, orders: { ...world.shop.orders, enabled: true } };
  return { world, hub: { ...world.hub, shops: new Map([[SHOP, shop]]) }, mug, productId };
}

async function runOrder(hub: Hub, id: string) {
  const key = { flow: "order", connection: SHOP, id } as const;
  await store.mark([{ key, priority: PRIORITY.live, trigger: "manual" }]);
  const claim = await store.claim(
    lanesOf(hub).filter(({ flow }) => flow === "order"),
    hub.limits,
    LEASE_MS,
  );
  const flow = flowsOf(hub).find(({ name }) => name === "order");
  assert.ok(claim !== null && flow !== undefined);
  await runClaim(flow, claim, hub);
  return store.keyState(key);
}

const orderOf = ({ world, mug }: Awaited<ReturnType<typeof linkedWorld>>) =>
  world.woo.placeOrder({ items: [{ variantId: mug, quantity: 2 }], method: "cod" }).id;

test("the internal reference was changed in Odoo: the linked product is meant all the same", async () => {
  const here = await linkedWorld();
  await here.world.odoo.writeDocument("product.product", here.productId, { default_code: "ANOTHER" });
  const id = orderOf(here);
  const state = await runOrder(here.hub, id);
  assert.equal(state?.code, null, state?.sentence);
  const rows = here.world.odoo.snapshot()["sale.order.line"] ?? [];
  assert.deepEqual(
    rows.map((row) => row["product_id"]),
    [here.productId],
  );
});

test("the link was made under another SKU, or there is none: the order fails by the SKU's name", async () => {
  const here = await linkedWorld();
  await here.world.odoo.writeDocument("product.product", here.productId, { default_code: "ANOTHER" });
  await store.query("update stockbridge.links set label = 'EARLIER'");
  const first = await runOrder(here.hub, orderOf(here));
  assert.equal(first?.code, "SKU_NOT_FOUND");
  await store.query("delete from stockbridge.links");
  const second = await runOrder(here.hub, orderOf(here));
  assert.match(second?.sentence ?? "", /product SKU MUG was not found in Odoo product.product -> default_code/);
});
