// What a check says of tax rates, payment methods and service products that the configuration maps to nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { RULES } from "../core/testing/orders.ts";
import { mappingLines } from "./check-mappings.ts";

const BARE = {
  ...RULES,
  taxes: new Map(),
  journals: new Map(),
  unpaidMethods: ["cod"],
  shippingSku: null,
  feeSku: null,
};
const OFFERED = {
  taxRates: [
    { id: "1", label: "VAT, 21 %" },
    { id: "2", label: "VAT, 9 %" },
  ],
  paymentMethods: [
    { id: "stripe", label: "Credit card" },
    { id: "cod", label: "Cash on delivery" },
  ],
  locations: [],
};

test("what has no name but its id is named once", () => {
  const [taxes] = mappingLines("shop-eu", BARE, { ...OFFERED, taxRates: [{ id: "VAT 21%", label: "VAT 21%" }] });
  assert.equal(taxes?.sentence, "Tax rates of the shop without an Odoo tax: VAT 21%");
});

test("what is not mapped is named by its id, with the setting to write; cash on delivery needs none", () => {
  assert.deepEqual(
    mappingLines("shop-eu", BARE, OFFERED).map(({ status, sentence, fix }) => [status, sentence, fix]),
    [
      [
        "warning",
        "Tax rates of the shop without an Odoo tax: 1 (VAT, 21 %), 2 (VAT, 9 %)",
        "Map those that orders carry under shops.shop-eu.orders.taxes (id: the Odoo tax); an order with another one is held.",
      ],
      [
        "warning",
        "Payment methods of the shop without an Odoo journal: stripe (Credit card)",
        "Map them under shops.shop-eu.orders.journals (id: the journal's code); a paid order with another one is held.",
      ],
      [
        "warning",
        "No Odoo product is named for shipping and fees",
        "Set shops.shop-eu.orders.shippingSku and shops.shop-eu.orders.feeSku; an order with such a line is held.",
      ],
    ],
  );
});

test("what is mapped is well, and thousands of rates are one line", () => {
  const rules = {
    ...BARE,
    taxes: new Map([
      ["1", "21% S"],
      ["2", "9% S"],
    ]),
    journals: new Map([["stripe", "STRP"]]),
    shippingSku: "S",
    feeSku: "F",
  };
  assert.deepEqual(
    mappingLines("shop-eu", rules, OFFERED).map(({ status, fix }) => [status, fix]),
    [
      ["ok", ""],
      ["ok", ""],
      ["ok", ""],
    ],
  );
  const taxRates = Array.from({ length: 2_000 }, (_, index) => ({ id: String(index + 1), label: "" }));
  const [taxes] = mappingLines("shop-eu", rules, { ...OFFERED, taxRates });
  assert.match(taxes?.sentence ?? "", /: 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 1988 more$/);
});
