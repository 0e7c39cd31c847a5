/**
 * Stock of a real Odoo 19 and 14: quantities by warehouse and location, what is reserved, what changed and when it is noticed,
 * and on 19 the automation that posts to the hub.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { systemClock } from "../../src/app/system-clock.ts";
import { carryOut, walk } from "./odoo-path.ts";
import { createWorld, good, liveOrder, MAJORS, type World } from "./odoo-world.ts";

const SCOPE = { warehouse: "WH" };
const WEBHOOK_MS_MAX = 20_000;

async function setStock(world: World, productId: number, locationId: number, quantity: number): Promise<void> {
  const vals = { product_id: productId, location_id: locationId, inventory_quantity: quantity };
  const context = { inventory_mode: true };
  const ids = (await world.rpc("stock.quant", "create", { args: { vals_list: [vals] }, context })) as number[];
  if (world.major === 19) await world.rpc("stock.quant", "action_apply_inventory", { ids });
}

async function locationsOf(
  world: World,
): Promise<{ stock: number; shelf: number; shelfName: string; stockName: string }> {
  const [warehouse] = (await world.rpc("stock.warehouse", "search_read", {
    args: { domain: [["code", "=", "WH"]] },
    kwargs: { fields: ["lot_stock_id"] },
  })) as { lot_stock_id: [number, string] }[];
  const stock = warehouse!.lot_stock_id[0];
  const [shelf = 0] = (await world.rpc("stock.location", "create", {
    args: { vals_list: [{ name: `Shelf ${world.run}`, location_id: stock, usage: "internal" }] },
  })) as number[];
  const names = (await world.rpc("stock.location", "read", {
    ids: [stock, shelf],
    kwargs: { fields: ["complete_name"] },
  })) as { complete_name: string }[];
  return { stock, shelf, stockName: names[0]!.complete_name, shelfName: names[1]!.complete_name };
}

for (const major of MAJORS) {
  describe(`stock of Odoo ${major}`, async () => {
    const world = await createWorld(major);
    const { erp, call, products, skus } = world;
    const places = await locationsOf(world);

    test("quantities over a warehouse and over one location; absent means none", async () => {
      await setStock(world, products.shirt, places.stock, 10);
      await setStock(world, products.shirt, places.shelf, 2.5);
      const over = async (scope: Parameters<typeof erp.quantities>[1]) =>
        good(await erp.quantities([products.shirt, products.mug], scope, call));
      assert.deepEqual(
        [...(await over(SCOPE)).values()],
        [{ productId: products.shirt, onHand: "12.5", reserved: "0", free: "12.5" }],
      );
      assert.equal((await over({ locations: [places.shelfName] })).get(products.shirt)?.free, "2.5");
      assert.equal(good(await erp.quantities("all", SCOPE, call)).get(products.shirt)?.onHand, "12.5");
      const wrong = await erp.quantities("all", { warehouse: "NONE" }, call);
      assert.equal(!wrong.ok && wrong.failure.code, "WAREHOUSE_NOT_FOUND");
      const misnamed = await erp.quantities("all", { locations: [places.shelfName, "WH/Nowhere"] }, call);
      assert.equal(!misnamed.ok && misnamed.failure.params["name"], "WH/Nowhere");
    });

    test("products by reference: exact, case included, blanks aside, duplicates all, archived none; and page by page", async () => {
      const sku = `Dup-${world.run}`;
      const vals = { name: "Live double", default_code: sku };
      const ids = (await world.rpc("product.product", "create", {
        args: { vals_list: [vals, { ...vals, default_code: `${sku} ` }, { ...vals, active: false }] },
      })) as number[];
      const asked = [sku, sku.toUpperCase(), skus.shirt, `  ${skus.mug} `, "none"];
      const found = good(await erp.findProducts({ skus: asked, barcodes: [] }, call)).bySku;
      assert.deepEqual(
        found.get(sku)?.map((product) => product.id),
        ids.slice(0, 2),
      );
      assert.deepEqual(found.get(sku.toUpperCase()), []);
      assert.deepEqual(found.get("none"), []);
      assert.equal(found.get(`  ${skus.mug} `)?.[0]?.id, products.mug);
      const shirt = found.get(skus.shirt)?.[0];
      assert.deepEqual([shirt?.storable, shirt?.invoicePolicy, shirt?.active], [true, "order", true]);
      const seen = new Set<string>();
      for (let page: string | null = null, turns = 0; turns < 100; turns += 1) {
        const next: { items: readonly { sku: string }[]; nextPage: string | null } = good(
          await erp.productPage(page, call),
        );
        for (const item of next.items) seen.add(item.sku);
        if (next.nextPage === null) break;
        page = next.nextPage;
      }
      assert.ok(seen.has(skus.shirt) && seen.has(skus.late) && !seen.has(""));
    });

    test("products by barcode, beside those by reference; warehouses with where their stock lies", async () => {
      const barcode = `99${world.run}`;
      const vals = { name: "Live barcode", barcode: `${barcode} ` };
      const [id] = (await world.rpc("product.product", "create", { args: { vals_list: [vals] } })) as number[];
      const wanted = { skus: [skus.shirt], barcodes: [barcode, "none", ""] };
      const { bySku, byBarcode } = good(await erp.findProducts(wanted, call));
      assert.deepEqual(
        byBarcode.get(barcode)?.map((product) => [product.id, product.sku]),
        [[id, ""]],
      );
      assert.deepEqual([byBarcode.get("none"), byBarcode.get("")], [[], []]);
      assert.equal(bySku.get(skus.shirt)?.[0]?.id, products.shirt);
      assert.deepEqual(good(await erp.findProducts({ skus: [], barcodes: [] }, call)).byBarcode.size, 0);
      const warehouses = good(await erp.readWarehouses(call));
      const main = warehouses.find(({ code }) => code === "WH");
      assert.equal(main?.stockLocation, "WH/Stock");
      assert.notEqual(main.name, "");
      for (const { stockLocation } of warehouses)
        good(await erp.quantities([products.shirt], { locations: [stockLocation] }, call));
    });

    test("an order's moves: asked, then reserved, then done; reserved stock is not free", async () => {
      await setStock(world, products.mug, places.stock, 5);
      const order = liveOrder(world, {
        number: 1,
        lines: [{ product: "mug", quantity: "3", untaxed: "9.00", taxes: [["high", "1.89"]] }],
      });
      const [found] = await walk(erp, [order], call, ["partners", "order", "confirm"]);
      const orderId = found!.order!.id;
      const moves = async () =>
        good(await erp.moves([orderId], call))
          .get(orderId)
          ?.map(({ demand, reserved, done, state }) => [demand, reserved, done, state]);
      const pickings = (await world.rpc("stock.picking", "search", {
        args: { domain: [["sale_id", "=", orderId]] },
      })) as number[];
      await world.rpc("stock.picking", "action_assign", { ids: pickings });
      assert.deepEqual(await moves(), [["3", "3", "0", "assigned"]]);
      assert.equal(good(await erp.quantities([products.mug], SCOPE, call)).get(products.mug)?.free, "2");
      await carryOut(erp, [{ kind: "delivery.validate", orderId, lines: null, tracking: "" }], call);
      assert.deepEqual(await moves(), [["3", "0", "3", "done"]]);
      assert.deepEqual(good(await erp.quantities([products.mug], SCOPE, call)).get(products.mug), {
        productId: products.mug,
        onHand: "2",
        reserved: "0",
        free: "2",
      });
    });

    test("goods that are picked first count as reserved for the order that waits for them", async () => {
      const code = `P${world.run.slice(0, 4)}`.toUpperCase();
      const [warehouseId = 0] = (await world.rpc("stock.warehouse", "create", {
        args: { vals_list: [{ name: `Live ${code}`, code, delivery_steps: "pick_ship" }] },
      })) as number[];
      const [warehouse] = (await world.rpc("stock.warehouse", "read", {
        ids: [warehouseId],
        kwargs: { fields: ["lot_stock_id"] },
      })) as { lot_stock_id: [number, string] }[];
      await setStock(world, products.mug, warehouse!.lot_stock_id[0], 4);
      const base = liveOrder(world, {
        number: 2,
        lines: [{ product: "mug", quantity: "3", untaxed: "9.00", taxes: [["high", "1.89"]] }],
      });
      const order = { ...base, document: { ...base.document, warehouseId } };
      const [found] = await walk(erp, [order], call, ["partners", "order", "confirm"]);
      const orderId = found!.order!.id;
      const pickings = (await world.rpc("stock.picking", "search", {
        args: {
          domain: [
            ["sale_id", "=", orderId],
            ["state", "=", "confirmed"],
          ],
        },
      })) as number[];
      if (pickings.length > 0) await world.rpc("stock.picking", "action_assign", { ids: pickings });
      const reserved = good(await erp.moves([orderId], call))
        .get(orderId)
        ?.reduce((total, move) => total + Number(move.reserved), 0);
      assert.equal(reserved, 3);
      await carryOut(erp, [{ kind: "delivery.validate", orderId, lines: null, tracking: "" }], call);
      const after = good(await erp.moves([orderId], call)).get(orderId);
      assert.deepEqual(
        after?.map(({ done, state }) => [done, state]),
        [["3", "done"]],
      );
    });

    test("changes: nothing at first, then each product and order that was written, then not again", async () => {
      const start = good(await erp.stockChanges(null, call));
      assert.deepEqual([start.productIds, start.orderIds], [[], []]);
      const settled = good(await erp.stockChanges(start.cursor, call));
      await setStock(world, products.late, places.stock, 7);
      const order = liveOrder(world, {
        number: 3,
        lines: [{ product: "shirt", quantity: "1", untaxed: "9.00", taxes: [] }],
      });
      const [found] = await walk(erp, [order], call, ["partners", "order", "confirm"]);
      const changes = good(await erp.stockChanges(settled.cursor, call));
      assert.ok(changes.productIds.includes(products.late) && changes.productIds.includes(products.shirt));
      assert.ok(changes.orderIds.includes(found!.order!.id));
      const again = good(await erp.stockChanges(changes.cursor, call));
      assert.ok(!again.productIds.includes(products.late) && !again.orderIds.includes(found!.order!.id));
    });

    test("the automation is made once and posts the product, or it is said that this version polls", async () => {
      const posts: Uint8Array[] = [];
      const server = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
          posts.push(Buffer.concat(chunks));
          response.end("{}");
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/secret-${world.run}`;
      try {
        const [first] = good(await erp.ensureAutomations(url, call));
        const [second] = good(await erp.ensureAutomations(url, call));
        assert.deepEqual([first?.status, second?.status], ["ok", "ok"]);
        if (major !== 19) return assert.match(first!.sentence, /polled/);
        assert.match(first!.sentence, /was made/);
        assert.doesNotMatch(second!.sentence, /was made/);
        assert.ok(!JSON.stringify(world.exchanges).includes(`secret-${world.run}`), "the address was recorded");
        await setStock(world, products.shirt, places.shelf, 9);
        const endMs = systemClock.nowMs() + WEBHOOK_MS_MAX;
        const told = () => posts.some((raw) => good(erp.decodeDelivery(raw)).productIds.includes(products.shirt));
        while (!told() && systemClock.nowMs() < endMs) await systemClock.sleep(100);
        assert.ok(told(), "nothing was posted");
        assert.equal(good(erp.decodeDelivery(posts[0]!)).topic, "stock.quant");
      } finally {
        const ids =
          major === 19
            ? ((await world.rpc("base.automation", "search", {
                args: { domain: [["action_server_ids.webhook_url", "=", url]] },
              })) as number[])
            : [];
        if (ids.length > 0) await world.rpc("base.automation", "unlink", { ids });
        server.close();
      }
    });
  });
}
