// What a check says of inventory locations and warehouses that are mapped to nothing, on either side.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { StockRules } from "../core/stock/rules.ts";
import { locationLines, stockOffLine } from "./check-locations.ts";

const BERLIN = { code: "WH", name: "Berlin", stockLocation: "WH/Stock" };
const RENO = { code: "US", name: "Reno", stockLocation: "US/Stock" };
const LOCATIONS = [
  { id: "1", label: "Berlin" },
  { id: "2", label: "Riga" },
];

function linesOf(scopes: StockRules["scopes"], warehouses = [BERLIN, RENO]): unknown[] {
  const rules = { connection: "shop-us", shopLabel: "Shopify", scopes, safetyStock: 0 };
  return locationLines(rules, LOCATIONS, warehouses).map(({ subject, status, sentence }) => [
    subject,
    status,
    sentence,
  ]);
}

test("a warehouse and a location that are mapped to nothing are named, each as a warning", () => {
  assert.deepEqual(linesOf(new Map([["1", { warehouse: "US" }]])), [
    [
      "inventory location 2",
      "warning",
      "Shopify inventory location Riga (2) is mapped to no Odoo stock, so its stock is never written",
    ],
    ["warehouse WH/Stock", "warning", "Odoo warehouse WH/Stock is not mapped to a Shopify inventory location"],
  ]);
});

test("a location that the shop does not have is an error, and all mapped is well", () => {
  const scopes = new Map([
    ["1", { warehouse: "WH" }],
    ["2", { warehouse: "US" }],
  ]);
  assert.deepEqual(linesOf(scopes), [
    ["inventory locations", "ok", "Every inventory location and every warehouse is mapped"],
  ]);
  assert.deepEqual(linesOf(new Map([...scopes, ["9", { warehouse: "US" }]])), [
    [
      "inventory location 9",
      "error",
      "shop-us has no active inventory location 9, to which the configuration maps Odoo stock",
    ],
  ]);
});

test("while stock is off the shop's locations are listed for whoever maps them", () => {
  const { status, sentence } = stockOffLine("shop-us", LOCATIONS);
  assert.deepEqual([status, sentence], ["ok", "Stock is off; the shop's locations are 1 (Berlin), 2 (Riga)"]);
  assert.equal(stockOffLine("shop-us", []).sentence, "Stock is off; the shop's locations are none");
});
