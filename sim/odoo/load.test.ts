import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { loadedId, loadOrder, partner, product } from "./differential/scene.ts";
import { openTrial } from "./trial.ts";

interface LoadAnswer {
  readonly ids: readonly number[] | false;
  readonly messages: readonly Record<string, unknown>[];
}

describe("load", () => {
  test("loading an order twice leaves one order with its own lines", async () => {
    const { scene, odoo } = await openTrial(19);
    await partner(scene);
    const productId = await product(scene, { name: "A" });
    const lines = [
      { productId, quantity: "2", price: "5" },
      { productId, quantity: "1", price: "7" },
    ];
    const first = loadedId(await loadOrder(scene, "o", lines));
    assert.equal(loadedId(await loadOrder(scene, "o", lines)), first);
    const [order] = odoo.documents().orders;
    assert.equal(odoo.documents().counts.orders, 1);
    assert.deepEqual(order?.lineExternalIds, [scene.session.external("o_l0"), scene.session.external("o_l1")]);
  });

  test("one bad row leaves nothing behind, not even of the good ones; ids stay used up", async () => {
    const { session, odoo } = await openTrial(19);
    const before = odoo.snapshot();
    const load = (...names: string[]) =>
      session.call("res.partner", "load", {
        fields: ["id", "name"],
        data: names.map((name, at) => [session.external(`p${at}`), name]),
      }) as Promise<LoadAnswer>;
    const refused = await load("Good", "");
    assert.equal(refused.ids, false);
    assert.equal(refused.messages[0]?.["record"], 1);
    assert.deepEqual(odoo.snapshot(), before);
    const [id] = (await load("Good")).ids as number[];
    assert.ok(id !== undefined && id > 3, "sequences do not roll back");
  });

  test("stops after ten faults", async () => {
    const { session } = await openTrial(19);
    const data = Array.from({ length: 40 }, (_, at) => [session.external(`n${at}`), ""]);
    const answer = (await session.call("res.partner", "load", { fields: ["id", "name"], data })) as LoadAnswer;
    assert.equal(answer.messages.length, 10);
  });

  test("lines of a record below it may name records that stand above it in the same load", async () => {
    const { session } = await openTrial(19);
    const data = [
      [session.external("parent"), "Parent", ""],
      [session.external("child"), "Child", session.external("parent")],
    ];
    const answer = (await session.call("res.partner", "load", {
      fields: ["id", "name", "parent_id/id"],
      data,
    })) as LoadAnswer;
    const [parent, child] = answer.ids as number[];
    const [row] = await session.search("res.partner", [["id", "=", child]], ["parent_id"]);
    assert.deepEqual(row?.["parent_id"], [parent, "Parent"]);
  });

  test("14 adds an invoice's lines again each time, 19 does not", async () => {
    for (const [version, lines] of [
      [19, 1],
      [14, 2],
    ] as const) {
      const { session, scene, odoo } = await openTrial(version);
      await partner(scene);
      const productId = String(await product(scene, { name: "A", kind: "service" }));
      const fields = [
        "id",
        "move_type",
        "partner_id/id",
        "invoice_line_ids/id",
        "invoice_line_ids/product_id/.id",
        "invoice_line_ids/price_unit",
      ];
      const row = [
        session.external("i"),
        "out_invoice",
        session.external("p"),
        session.external("i_1"),
        productId,
        "10",
      ];
      for (let times = 0; times < 2; times += 1) {
        const answer = (await session.call("account.move", "load", { fields, data: [row] })) as LoadAnswer;
        assert.deepEqual(answer.messages, []);
      }
      const invoice = odoo.documents().invoices[0];
      assert.equal(invoice?.untaxed, 10 * lines, `on ${version}`);
      assert.equal(invoice.imbalance, 0);
    }
  });

  test("two transactions on one record: the loser hears of it in the answer, not as an error", async () => {
    const { session, odoo } = await openTrial(19, {
      fault: (call) => (call.method === "load" ? "serialization" : null),
    });
    const answer = (await session.call("res.partner", "load", {
      fields: ["id", "name"],
      data: [[session.external("p"), "P"]],
    })) as LoadAnswer;
    assert.equal(answer.ids, false);
    assert.match(String(answer.messages[0]?.["message"]), /could not serialize access/);
    assert.equal(odoo.documents().counts.partners, 1);
  });

  test("eight first loads of one order at once make one order", async () => {
    const { scene, odoo } = await openTrial(19, { yieldPoint: () => new Promise((resolve) => setImmediate(resolve)) });
    await partner(scene);
    const productId = await product(scene, { name: "A" });
    const tries = Array.from({ length: 8 }, () => loadOrder(scene, "o", [{ productId, quantity: "1", price: "3" }]));
    const ids = new Set((await Promise.all(tries)).map(loadedId));
    assert.equal(ids.size, 1);
    assert.equal(odoo.documents().counts.orders, 1);
  });

  test("an external id goes with its record", async () => {
    const { session, scene, odoo } = await openTrial(19);
    await partner(scene);
    const productId = await product(scene, { name: "A" });
    const id = loadedId(await loadOrder(scene, "o", [{ productId, quantity: "1", price: "3" }]));
    await odoo.deleteDocument("sale.order", id);
    const found = await session.call("ir.model.data", "search_count", {
      domain: [
        ["module", "=", "simprobe"],
        ["model", "=like", "sale.%"],
      ],
    });
    assert.equal(found, 0);
  });
});
