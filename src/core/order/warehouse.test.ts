import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sentenceOf } from "../failures.ts";
import { line, RULES, sampleOrder } from "../testing/orders.ts";
import type { OrderRules } from "./rules.ts";
import { orderWarehouse } from "./warehouse.ts";

const MAPPED: OrderRules = {
  ...RULES,
  warehouse: "WH",
  warehouses: new Map([
    ["1", "WH"],
    ["2", "US"],
    ["3", "US"],
  ]),
};

function choice(places: readonly (string | null)[], rules: OrderRules = MAPPED) {
  const lines = places.map((locationId, index) => line({ id: String(index + 1), locationId }));
  const found = orderWarehouse(sampleOrder({ lines }), rules);
  return found.ok ? found.code : sentenceOf(found.failure);
}

describe("the warehouse of an order", () => {
  test("is that of the place which its lines are sent from, the configured one without a place", () => {
    assert.equal(choice(["2", "2"]), "US");
    assert.equal(choice(["2", "3"]), "US");
    assert.equal(choice([null, null]), "WH");
    assert.equal(choice([null, "2"]), "US");
    assert.equal(choice(["9"]), "WH");
    assert.equal(choice(["9"], { ...MAPPED, warehouse: null }), null);
    assert.equal(choice([null], { ...MAPPED, warehouse: null }), null);
  });

  test("places of several warehouses are named, and nothing is chosen for them", () => {
    assert.equal(
      choice(["1", "2"]),
      "Order #1054 is held because its lines are sent from the shop's locations 1, 2, which belong to different Odoo warehouses (US, WH), and an Odoo order has one",
    );
    assert.match(String(choice(["9", "2"], { ...MAPPED, warehouse: null })), /\(Odoo's default, US\)/);
  });

  test("a line whose units are sent from several warehouses is named as well", () => {
    const split = (places: readonly string[]) =>
      orderWarehouse(sampleOrder({ lines: [line({ id: "1", locationId: null, splitOver: places })] }), MAPPED);
    const found = split(["1", "2"]);
    assert.match(found.ok ? "" : sentenceOf(found.failure), /^Order #1054 is held .* locations 1, 2, .* \(US, WH\)/);
    assert.deepEqual(split(["2", "3"]), { ok: true, code: "US" });
  });

  test("shipping and fees are sent from nowhere", () => {
    const lines = [line({ id: "1", locationId: "2" }), line({ id: "2", kind: "shipping", locationId: "1" })];
    assert.deepEqual(orderWarehouse(sampleOrder({ lines }), MAPPED), { ok: true, code: "US" });
  });
});
