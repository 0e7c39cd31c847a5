/** What is written to a draft invoice so that it comes to the shop's amounts: nothing when it does. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { DocumentLine, OrderDocument } from "../../core/order/erp-documents.ts";
import { dialectOf } from "./dialect.ts";
import { lineCorrections, taxCorrections } from "./invoice-corrections.ts";
import type { FoundMoveLine, MoveLineKind } from "./observe-invoices.ts";
import type { Currency } from "./reference-data.ts";

const USD: Currency = { id: 1, code: "USD", digits: 2 };
const NOK: Currency = { id: 2, code: "NOK", digits: 2 };
const NEW = { ...dialectOf(19, new Map()), exactTaxes: true };

function documentOf(...taxes: readonly (readonly [untaxed: string, tax: string])[]): OrderDocument {
  const lines = taxes.map(([untaxed, amount], index): DocumentLine => ({
    externalId: `stockbridge.o_l${index + 1}`,
    kind: "product",
    productId: 1,
    name: "Mug",
    quantity: "3",
    untaxed,
    taxes: [{ taxId: 5, amount }],
  }));
  const partner = "stockbridge.c";
  return {
    externalId: "stockbridge.o",
    reference: "1",
    currency: "USD",
    placedAt: "2026-11-10T00:00:00Z",
    partnerExternalId: partner,
    invoicePartnerExternalId: partner,
    deliveryPartnerExternalId: partner,
    warehouseId: null,
    companyId: null,
    teamId: null,
    lines,
    total: "0",
    note: "",
  };
}

function found(id: number, kind: MoveLineKind, amount: number, row: Record<string, unknown> = {}): FoundMoveLine {
  return {
    id,
    moveId: 9,
    kind,
    row: { amount_currency: amount, balance: amount, tax_line_id: kind === "tax" ? [5, "21 %"] : false, ...row },
  };
}

describe("tax lines of older servers", () => {
  const invoice = (tax: number) => [
    found(1, "product", -24.79),
    found(2, "tax", tax),
    found(3, "receivable", 24.79 - tax),
  ];

  test("nothing to write when the tax is right already", () => {
    assert.equal(
      taxCorrections(documentOf(["24.79", "5.21"]), invoice(-5.21), { currency: USD, companyCurrency: USD }),
      null,
    );
  });

  test("a cent goes onto the tax and the receivable line together", () => {
    assert.deepEqual(
      taxCorrections(documentOf(["24.79", "5.22"]), invoice(-5.21), { currency: USD, companyCurrency: USD }),
      {
        field: "line_ids",
        commands: [
          [1, 2, { amount_currency: -5.22, debit: 0, credit: 5.22 }],
          [1, 3, { amount_currency: 30.01, debit: 30.01, credit: 0 }],
        ],
      },
    );
  });

  test("in another currency the company's amounts follow the line's own rate, and balance", () => {
    const lines = [
      found(1, "product", -24.79, { balance: -2.39 }),
      found(2, "tax", -5.21, { balance: -0.5 }),
      found(3, "receivable", 30.0, { balance: 2.89 }),
    ];
    const correction = taxCorrections(documentOf(["24.79", "5.31"]), lines, { currency: NOK, companyCurrency: USD });
    assert.deepEqual(correction?.commands, [
      [1, 2, { amount_currency: -5.31, debit: 0, credit: 0.51 }],
      [1, 3, { amount_currency: 30.1, debit: 2.9, credit: 0 }],
    ]);
  });

  test("a negative invoice line keeps its sign", () => {
    const lines = [found(1, "product", 10), found(2, "tax", 2.1), found(3, "receivable", -12.1)];
    const correction = taxCorrections(documentOf(["-10.00", "-2.11"]), lines, { currency: USD, companyCurrency: USD });
    assert.deepEqual(correction?.commands[0], [1, 2, { amount_currency: 2.11, debit: 2.11, credit: 0 }]);
  });

  test("several due dates, or a tax without a line, are left to the proof", () => {
    const twice = [...invoice(-5.21), found(4, "receivable", 1)];
    assert.equal(taxCorrections(documentOf(["24.79", "5.22"]), twice, { currency: USD, companyCurrency: USD }), null);
    const without = [found(1, "product", -24.79), found(3, "receivable", 24.79)];
    assert.equal(taxCorrections(documentOf(["24.79", "0.01"]), without, { currency: USD, companyCurrency: USD }), null);
  });
});

describe("lines of newer servers", () => {
  const externalIds = new Map([[11, "stockbridge.o_l1"]]);
  const sources = { currency: USD, taxes: new Map() };
  const lines = (tax: number, untaxed = 24.79) => [
    found(1, "product", -untaxed, { price_subtotal: untaxed, price_unit: 8.263333333333, sale_line_ids: [11] }),
    found(2, "tax", -tax),
    found(3, "receivable", untaxed + tax),
  ];

  test("nothing to write when every amount is the document's", () => {
    assert.equal(lineCorrections(documentOf(["24.79", "5.22"]), lines(5.22), externalIds, sources, NEW), null);
  });

  test("a line that lost its taxes gets them again, with a price that Odoo sees as changed", () => {
    const correction = lineCorrections(documentOf(["24.79", "5.22"]), lines(5.21), externalIds, sources, NEW);
    assert.ok(correction);
    const [[, id, values]] = correction.commands as [
      [number, number, { price_unit: number; extra_tax_data: { price_unit: number } }],
    ];
    assert.equal(id, 1);
    assert.notEqual(values.price_unit, 8.263333333333);
    assert.equal(Math.round(values.price_unit * 3 * 100), 2479);
    assert.equal(values.extra_tax_data.price_unit, values.price_unit);
  });
});
