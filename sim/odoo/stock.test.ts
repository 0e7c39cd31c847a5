import { describe, test } from "node:test";
import assert from "node:assert/strict";
import type { HttpRequest } from "../../src/core/ports/transport.ts";
import { loadedId, loadOrder, partner } from "./differential/scene.ts";
import { openTrial, TRIAL_START_MS, type Trial } from "./trial.ts";

async function soldOrder({ scene, odoo, session }: Trial, sku: string, quantity: string): Promise<number> {
  await partner(scene);
  const id = loadedId(
    await loadOrder(scene, `o-${sku}-${quantity}`, [{ productId: odoo.productId(sku), quantity, price: "5" }]),
  );
  await session.call("sale.order", "action_confirm", { ids: [id] });
  return id;
}

for (const version of [19, 14] as const) {
  describe(`stock of ${version}`, () => {
    test("free is what is on hand without what is reserved, through a whole life", async () => {
      const trial = await openTrial(version);
      const { odoo } = trial;
      await odoo.addProduct({ sku: "A", stock: 10 });
      assert.equal(odoo.freeQuantity("A"), 10);
      const order = await soldOrder(trial, "A", "4");
      assert.equal(odoo.freeQuantity("A"), 6);
      assert.equal(odoo.onHand("A"), 10);
      await odoo.deliver(order);
      assert.equal(odoo.freeQuantity("A"), 6);
      assert.equal(odoo.onHand("A"), 6);
      await odoo.receive("A", 5);
      await odoo.reserveElsewhere("A", 3);
      assert.equal(odoo.freeQuantity("A"), 8);
      await odoo.sellElsewhere("A", 2);
      assert.equal(odoo.onHand("A"), 9);
      await odoo.adjustStock("A", 3.5);
      assert.equal(odoo.onHand("A"), 3.5);
      assert.deepEqual(odoo.unsupported, []);
    });

    test("an order deleted by a person gives its goods back", async () => {
      const trial = await openTrial(version);
      await trial.odoo.addProduct({ sku: "A", stock: 10 });
      const order = await soldOrder(trial, "A", "4");
      await trial.odoo.deleteDocument("sale.order", order);
      assert.equal(trial.odoo.freeQuantity("A"), 10);
      assert.equal(trial.odoo.documents().counts.orders, 0);
    });

    test("warehouses are counted apart", async () => {
      const { odoo, session } = await openTrial(version);
      const second = await odoo.addWarehouse({ name: "Second", code: "W2" });
      const id = await odoo.addProduct({ sku: "A", stock: 10 });
      await odoo.adjustStock("A", 3, "W2");
      assert.equal(odoo.freeQuantity("A"), 10);
      assert.equal(odoo.freeQuantity("A", "W2"), 3);
      const read = async (context: object) => {
        const rows = (await session.call("product.product", "read", { ids: [id], fields: ["free_qty"], context })) as {
          free_qty: number;
        }[];
        return rows[0]?.free_qty;
      };
      const [right, ignored] = version === 19 ? ["warehouse_id", "warehouse"] : ["warehouse", "warehouse_id"];
      assert.equal(await read({ [right]: second }), 3);
      assert.equal(await read({ [ignored]: second }), 13);
    });

    test("more than there is can be shipped by hand and leaves less than nothing", async () => {
      const trial = await openTrial(version);
      await trial.odoo.addProduct({ sku: "A", stock: 1 });
      const order = await soldOrder(trial, "A", "4");
      await trial.odoo.deliver(order);
      assert.equal(trial.odoo.onHand("A"), -3);
      assert.equal(trial.odoo.freeQuantity("A"), -3);
    });
  });
}

describe("the change feed", () => {
  test("a transaction that commits late carries the time it began", async () => {
    let hold: (() => void) | undefined;
    const trial = await openTrial(19, {
      yieldPoint: (at, call) =>
        at === "begin" && call.method === "action_confirm"
          ? new Promise((resolve) => {
              hold = resolve;
            })
          : Promise.resolve(),
    });
    const { odoo, session, scene, time } = trial;
    await odoo.addProduct({ sku: "SLOW", stock: 5 });
    await odoo.addProduct({ sku: "QUICK", stock: 5 });
    await partner(scene);
    const id = loadedId(
      await loadOrder(scene, "o", [{ productId: odoo.productId("SLOW"), quantity: "1", price: "5" }]),
    );
    time.nowMs += 60_000;
    const confirming = session.call("sale.order", "action_confirm", { ids: [id] });
    // The transaction has begun; something else is committed well before it ends.
    await new Promise((resolve) => setImmediate(resolve));
    time.nowMs += 60_000;
    await odoo.adjustStock("QUICK", 9);
    const dateOf = async (sku: string) => {
      const domain = [
        ["product_id", "=", odoo.productId(sku)],
        ["location_id.usage", "=", "internal"],
      ];
      return String((await session.search("stock.quant", domain, ["write_date"]))[0]?.["write_date"]);
    };
    const seen = await dateOf("QUICK");
    hold?.();
    assert.equal(await confirming, true);
    const late = await dateOf("SLOW");
    assert.ok(late < seen, `${late} is before ${seen}: a cursor at the newest date misses it`);
    assert.equal(late, new Date(TRIAL_START_MS + 60_000).toISOString().slice(0, 19).replace("T", " "));
  });
});

describe("automations of 19", () => {
  async function withHook(filter: string): Promise<{ readonly trial: Trial; readonly posts: HttpRequest[] }> {
    const posts: HttpRequest[] = [];
    const trial = await openTrial(19, {
      deliver: (request) => {
        posts.push(request);
        return Promise.reject(new Error("nobody listens"));
      },
    });
    const { session } = trial;
    const model = await session.findId("ir.model", [["model", "=", "stock.quant"]]);
    const field = (name: string) =>
      session.findId("ir.model.fields", [
        ["model", "=", "stock.quant"],
        ["name", "=", name],
      ]);
    const fields = [await field("quantity"), await field("reserved_quantity")];
    const rule = await session.create("base.automation", {
      name: "Stock",
      model_id: model,
      trigger: "on_create_or_write",
      trigger_field_ids: [[6, 0, fields]],
      filter_domain: filter,
    });
    await session.create("ir.actions.server", {
      name: "Tell",
      model_id: model,
      state: "webhook",
      webhook_url: "http://hub.test/hooks/secret",
      webhook_field_ids: [[6, 0, [await field("product_id")]]],
      base_automation_id: rule,
    });
    return { trial, posts };
  }

  test("post a message a write, and never mind who fails to listen", async () => {
    const { trial, posts } = await withHook("[('location_id.usage', '=', 'internal')]");
    const { odoo } = trial;
    const id = await odoo.addProduct({ sku: "A", stock: 5 });
    assert.equal(posts.length, 2);
    assert.equal(posts[0]?.url, "http://hub.test/hooks/secret");
    assert.equal(posts[0].timeoutMs, 1000);
    const body = JSON.parse(posts[0].body ?? "") as Record<string, unknown>;
    assert.deepEqual(Object.keys(body).sort(), ["_action", "_id", "_model", "id", "product_id"]);
    assert.equal(body["product_id"], id);
    posts.length = 0;
    await soldOrder(trial, "A", "2");
    assert.equal(posts.length, 1, "reserving is one write of the quant");
  });

  test("tell nothing of what was rolled back", async () => {
    const { trial, posts } = await withHook("");
    const quant = { product_id: 999_999, location_id: trial.scene.stockId };
    const answer = await trial.session.call("stock.quant", "create", { vals_list: [quant] });
    assert.ok((answer as { refused?: string }).refused !== undefined);
    assert.equal(posts.length, 0);
  });
});
