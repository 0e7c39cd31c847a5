/** What an edited order is now before refunds, by the words of the derivation in order-edits.ts. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { linesOf, proven, refundLines } from "./testing/decoded-order.ts";
import { bag, PAID_AT, paid, type SampleOrder } from "./testing/sample-orders.ts";

const VAT = { rate: 0.21 };
const LATER = "2026-11-20T12:00:00Z";

/** 3 x 20.00 of which one unit is no longer there. */
const LESS: SampleOrder = {
  total: "72.6",
  lines: [{ id: 1, quantity: 3, currentQuantity: 2, total: "60.0", taxes: [{ ...VAT, amount: "12.6" }] }],
  orderTaxes: [{ ...VAT, amount: "12.6" }],
};
const REMOVAL = {
  id: 31,
  at: LATER,
  lines: [{ line: 1, quantity: 1, subtotal: "20.0", tax: "4.2", restock: "CANCEL" }],
};

describe("units taken off an order", () => {
  test("before anything was paid make it smaller, and are no refund", () => {
    const order = proven({ ...LESS, refunds: [REMOVAL], fields: { displayFinancialStatus: "PENDING" } });
    assert.deepEqual(linesOf(order), [["1", "2", "40.00", "8.40"]]);
    assert.equal(order.total, "48.40");
    assert.deepEqual(order.refunds, []);
    assert.equal(order.taxRates[0]?.total, "8.40");
  });

  test("stay off when the rest is paid afterwards, whichever total the shop tells", () => {
    const transactions = [{ id: 9, amount: "48.4", at: "2026-11-21T08:00:00Z" }];
    const order = proven({ ...LESS, refunds: [REMOVAL], transactions });
    assert.equal(order.total, "48.40");
    assert.deepEqual(order.refunds, []);
    const lowered = proven({ ...LESS, total: "48.4", refunds: [REMOVAL], transactions });
    assert.equal(lowered.total, "48.40");
  });

  test("after payment are a credit whose money is still owed, and the order stays as it was sold", () => {
    const order = proven({ ...LESS, transactions: paid("72.6"), refunds: [REMOVAL] });
    assert.deepEqual(linesOf(order), [["1", "3", "60.00", "12.60"]]);
    assert.equal(order.refunds.length, 1);
    assert.deepEqual([order.refunds[0]?.total, order.refunds[0]?.payments], ["24.20", []]);
    assert.deepEqual(refundLines(order.refunds[0]!), [["1", "1", "20.00", "4.20"]]);
  });

  test("after payment are credited once when the money follows in a refund of its own", () => {
    for (const reason of ["PENDING_REFUND_DISCREPANCY", "REFUND_DISCREPANCY"]) {
      const pending = { ...REMOVAL, adjustments: [{ amount: "24.2", reason: "PENDING_REFUND_DISCREPANCY" }] };
      const money = {
        id: 32,
        at: "2026-11-20T13:00:00Z",
        adjustments: [{ amount: "-24.2", reason }],
        money: [{ id: 99, amount: "24.2" }],
      };
      for (const first of [REMOVAL, pending]) {
        const order = proven({ ...LESS, transactions: paid("72.6"), refunds: [first, money] });
        assert.equal(order.refunds.length, 1);
        assert.equal(order.refundedTotal, "24.20");
        assert.deepEqual(
          order.refunds[0]?.payments.map(({ id, amount }) => [id, amount]),
          [["99", "24.20"]],
        );
      }
    }
  });

  test("and more money than they were worth: what goes beyond is a credit of its own", () => {
    const money = { id: 32, at: "2026-11-20T13:00:00Z", money: [{ id: 99, amount: "30.0" }] };
    const order = proven({ ...LESS, transactions: paid("72.6"), refunds: [REMOVAL, money] });
    assert.deepEqual(
      order.refunds.map(({ total }) => total),
      ["24.20", "5.80"],
    );
  });

  test("that no refund tells of are taken off in proportion, to the cent", () => {
    const order = proven({
      total: "12.11",
      lines: [{ id: 1, quantity: 3, currentQuantity: 2, total: "10.01", taxes: [{ ...VAT, amount: "2.1" }] }],
    });
    assert.deepEqual(linesOf(order), [["1", "2", "6.67", "1.40"]]);
    assert.equal(order.total, "8.07");
  });

  test("that no refund tells of come to what the shop says is left, where rounding put them apart", () => {
    const lines = [{ id: 1, quantity: 3, currentQuantity: 2, total: "10.01", taxes: [{ ...VAT, amount: "2.1" }] }];
    const order = proven({ total: "12.11", currentTotal: "8.08", lines });
    assert.deepEqual(linesOf(order), [["1", "2", "6.68", "1.40"]]);
    assert.equal(order.total, "8.08");
    // What is farther away than rounding is another sum.
    assert.equal(proven({ total: "12.11", currentTotal: "7.07", lines }).total, "8.07");
  });

  test("all of them: the line is gone, what was added instead stands", () => {
    const order = proven({
      total: "84.7",
      lines: [
        { id: 1, quantity: 1, currentQuantity: 0, total: "20.0", taxes: [{ ...VAT, amount: "4.2" }] },
        { id: 2, quantity: 1, total: "50.0", taxes: [{ ...VAT, amount: "10.5" }] },
      ],
      refunds: [{ id: 31, at: LATER, lines: [{ line: 1, quantity: 1, subtotal: "20.0", tax: "4.2" }] }],
      fields: { displayFinancialStatus: "AUTHORIZED" },
    });
    assert.deepEqual(linesOf(order), [["2", "1", "50.00", "10.50"]]);
    assert.equal(order.total, "60.50");
  });

  test("of prices with tax included: the shop's subtotal includes it", () => {
    const order = proven({
      total: "72.6",
      taxesIncluded: true,
      lines: [{ id: 1, quantity: 3, currentQuantity: 2, total: "72.6", taxes: [{ ...VAT, amount: "12.6" }] }],
      refunds: [{ id: 31, at: LATER, lines: [{ line: 1, quantity: 1, subtotal: "24.2", tax: "4.2" }] }],
    });
    assert.deepEqual(linesOf(order), [["1", "2", "40.00", "8.40"]]);
  });
});

describe("other edits", () => {
  test("shipping that was removed is no line, whether or not the shop's total still has it", () => {
    const shipping = [
      { id: 4, price: "6.0", removed: true },
      { id: 5, price: "3.0" },
    ];
    const lines = [{ id: 1, total: "20.0" }];
    for (const total of ["29.0", "23.0"]) {
      const order = proven({ total, lines, shipping });
      assert.equal(order.total, "23.00");
      assert.deepEqual(linesOf(order).at(-1), ["shipping-5", "1", "3.00"]);
    }
  });

  test("a refund without lines and without money is none", () => {
    const order = proven({
      total: "20.0",
      lines: [{ id: 1, total: "20.0" }],
      transactions: paid("20.0"),
      refunds: [{ id: 33, at: LATER }],
    });
    assert.deepEqual(order.refunds, []);
  });

  test("an addition counts with the total that the shop tells now", () => {
    const lines = [
      { id: 1, total: "20.0" },
      { id: 2, total: "5.0" },
    ];
    const order = proven({
      total: "25.0",
      lines,
      transactions: paid("20.0"),
      fields: { originalTotalPriceSet: bag("20.0") },
    });
    assert.equal(order.total, "25.00");
  });
});

describe("what is no edit", () => {
  test("goods that came back of an order that was never paid: they had been sold", () => {
    const back = {
      ...REMOVAL,
      lines: [{ line: 1, quantity: 1, subtotal: "20.0", tax: "4.2", restock: "RETURN", location: 3 }],
    };
    const order = proven({ ...LESS, refunds: [back] });
    assert.equal(order.total, "72.60");
    assert.equal(order.refunds[0]?.total, "24.20");
  });

  test("a cancellation: the order stays as it was sold, and all of it is taken back", () => {
    const order = proven({
      ...LESS,
      lines: [{ ...LESS.lines[0]!, currentQuantity: 0 }],
      refunds: [
        {
          id: 31,
          at: LATER,
          lines: [{ line: 1, quantity: 3, subtotal: "60.0", tax: "12.6", restock: "CANCEL", location: 3 }],
        },
      ],
      fields: { cancelledAt: LATER, displayFinancialStatus: "VOIDED" },
    });
    assert.equal(order.status, "cancelled");
    assert.equal(order.total, "72.60");
    assert.equal(order.refundedTotal, "72.60");
    const [line] = order.refunds[0]!.lines;
    assert.deepEqual([line?.quantity, line?.restock, line?.locationId], ["3", true, "3"]);
  });

  test("a removal in the very second of the payment counts as paid", () => {
    const order = proven({ ...LESS, transactions: paid("72.6"), refunds: [{ ...REMOVAL, at: PAID_AT }] });
    assert.equal(order.refunds.length, 1);
  });
});
