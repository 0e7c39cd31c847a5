import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { ORDER_STATUSES } from "../order/shop-order.ts";
import { quantity } from "../quantity.ts";
import { line, sampleOrder } from "../testing/orders.ts";
import { held, move } from "../testing/stock.ts";
import { heldPart, holdsOfOrder } from "./holds.ts";

describe("holds", () => {
  test("an order holds from its acceptance: one entry a variant, products only", () => {
    const lines = [
      line({ id: "1", variantId: "11", quantity: "3" }),
      line({ id: "2", variantId: "11", quantity: "2" }),
      line({ id: "3", variantId: "13", quantity: "1" }),
      line({ id: "4", kind: "shipping", variantId: null }),
      line({ id: "5", variantId: null }),
      line({ id: "6", variantId: "14", quantity: "0" }),
      line({ id: "7", variantId: "15", quantity: "-1" }),
      line({ id: "8", variantId: "16", quantity: "many" }),
    ];
    assert.deepEqual(holdsOfOrder(sampleOrder({ lines })), [
      { orderId: "1054", orderNumber: "1054", variantId: "11", quantity: "5", locationId: null },
      { orderId: "1054", orderNumber: "1054", variantId: "13", quantity: "1", locationId: null },
    ]);
  });

  test("units that were refunded are not promised any more", () => {
    const lines = [
      line({ id: "1", variantId: "11", quantity: "3" }),
      line({ id: "2", variantId: "13", quantity: "1" }),
    ];
    const given = (lineId: string, units: string) => ({
      lineId,
      name: "",
      quantity: units,
      untaxed: "1.00",
      taxes: [],
      restock: false,
      locationId: null,
    });
    const refund = { id: "1", createdAt: "2026-11-21T09:00:00.000Z", reason: "", total: "2.00", payments: [] };
    const refunds = [{ ...refund, lines: [given("1", "1"), given("2", "1")] }];
    assert.deepEqual(
      holdsOfOrder(sampleOrder({ lines, refunds })).map(({ variantId, quantity: units }) => [variantId, units]),
      [["11", "2"]],
    );
  });

  test("by status: on hold, processing and completed hold; all others do not", () => {
    const holding = ORDER_STATUSES.filter((status) => holdsOfOrder(sampleOrder({ status })).length > 0);
    assert.deepEqual(holding, ["on-hold", "processing", "completed"]);
  });

  test("what Odoo has reserved or sent is not held again, what was given up there is released", () => {
    const cases = [
      ["not in Odoo", held("5"), "5"],
      ["confirmed, nothing reserved", held("5", [move("5", "0", "0", "confirmed")]), "5"],
      ["partly reserved", held("5", [move("5", "2", "0", "partially_available")]), "3"],
      ["reserved", held("5", [move("5", "5", "0", "assigned")]), "0"],
      ["sent", held("5", [move("5", "0", "5", "done")]), "0"],
      ["partly sent, the rest waits", held("5", [move("3", "0", "3", "done"), move("2", "0", "0", "confirmed")]), "2"],
      ["partly sent, the rest given up", held("5", [move("3", "0", "3", "done"), move("2", "0", "0", "cancel")]), "0"],
      ["cancelled", held("5", [move("5", "0", "0", "cancel")]), "0"],
      ["confirmed without a move of this product", held("5", []), "0"],
      ["Odoo asks for more than was sold", held("5", [move("9", "0", "0", "confirmed")]), "5"],
    ] as const;
    for (const [name, order, expected] of cases) assert.equal(heldPart(order)?.held, expected, name);
  });

  test("never less than nothing, never more than ordered, and all of it while Odoo does not know the order", () => {
    const units = fc.integer({ min: 0, max: 50 });
    const state = fc.constantFrom("draft", "waiting", "confirmed", "partially_available", "assigned", "done", "cancel");
    const moves = fc.array(
      fc
        .record({ demand: units, reserved: units, done: units, state })
        .map((each) =>
          move(
            String(each.demand),
            each.state === "done" ? "0" : String(Math.min(each.reserved, each.demand)),
            each.state === "done" ? String(each.demand) : "0",
            each.state,
          ),
        ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(units, fc.option(moves), (ordered, given) => {
        const part = quantity(heldPart(held(String(ordered), given))?.held ?? "").toNumber();
        assert.ok(part >= 0 && part <= ordered);
        if (given === null) assert.equal(part, ordered);
        if (given?.every((each) => ["done", "cancel"].includes(each.state))) assert.equal(part, 0);
      }),
    );
  });
});
