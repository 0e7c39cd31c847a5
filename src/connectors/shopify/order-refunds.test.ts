/** Refunds of every kind come to the money that was given back, line by line and rate by rate. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { proven, provenNode, refundLines } from "./testing/decoded-order.ts";
import { bag, orderNode, paid, refundNode, type SampleOrder } from "./testing/sample-orders.ts";

const VAT = { rate: 0.21 };
const AT = "2026-11-22T10:00:00Z";
const SOLD: SampleOrder = {
  total: "66.55",
  lines: [
    { id: 1, quantity: 2, total: "40.0", taxes: [{ ...VAT, amount: "8.4" }] },
    { id: 2, total: "10.0", taxes: [{ ...VAT, amount: "2.1" }] },
  ],
  shipping: [{ id: 4, price: "5.0", taxes: [{ ...VAT, amount: "1.05" }] }],
  transactions: paid("66.55"),
};
const ONE = { line: 1, quantity: 1, subtotal: "20.0", tax: "4.2", restock: "RETURN", location: 3 };

function refundsOf(sample: SampleOrder) {
  return proven(sample).refunds;
}

describe("a refund", () => {
  test("of one unit that went back onto the shelf of a location", () => {
    const lines = [SOLD.lines[0]!, SOLD.lines[1]!].map((line) =>
      line.id === 1 ? { ...line, currentQuantity: 1 } : line,
    );
    const refund = { id: 31, at: AT, note: " too small ", lines: [ONE], money: [{ id: 99, amount: "24.2" }] };
    const order = proven({
      ...SOLD,
      lines,
      refunds: [refund],
      fields: { displayFinancialStatus: "PARTIALLY_REFUNDED" },
    });
    assert.equal(order.status, "processing");
    assert.equal(order.total, "66.55");
    assert.deepEqual(order.refunds, [
      {
        id: "31",
        createdAt: "2026-11-22T10:00:00.000Z",
        reason: "too small",
        lines: [
          {
            lineId: "1",
            name: "Line 1",
            quantity: "1",
            untaxed: "20.00",
            taxes: [{ rateId: "VAT 21%", amount: "4.20" }],
            restock: true,
            locationId: "3",
          },
        ],
        total: "24.20",
        payments: [
          {
            id: "99",
            method: "shopify_payments",
            title: "shopify payments",
            transactionId: "pay-99",
            amount: "24.20",
            paidAt: "2026-11-22T10:00:00.000Z",
          },
        ],
      },
    ]);
  });

  test("of goods that are not restocked has no location", () => {
    const line = { ...ONE, restock: "NO_RESTOCK" };
    const [refund] = refundsOf({
      ...SOLD,
      refunds: [{ id: 31, at: AT, lines: [line], money: [{ id: 99, amount: "24.2" }] }],
    });
    assert.deepEqual([refund?.lines[0]?.restock, refund?.lines[0]?.locationId], [false, null]);
  });

  test("of shipping alone, in part", () => {
    const [refund] = refundsOf({
      ...SOLD,
      refunds: [
        { id: 31, at: AT, shipping: [{ line: 4, subtotal: "2.0", tax: "0.42" }], money: [{ id: 99, amount: "2.42" }] },
      ],
    });
    assert.deepEqual(refundLines(refund!), [["shipping-4", "0", "2.00", "0.42"]]);
  });

  test("of an amount without lines, with and without its tax", () => {
    const plain = {
      id: 31,
      at: AT,
      adjustments: [{ amount: "-5.0", reason: "CUSTOMER" }],
      money: [{ id: 99, amount: "5.0" }],
    };
    const [refund] = refundsOf({ ...SOLD, refunds: [plain] });
    assert.deepEqual(refundLines(refund!), [[null, "0", "5.00"]]);
    assert.equal(refund?.lines[0]?.name, "Refund for the customer");
    const taxed = {
      id: 31,
      at: AT,
      adjustments: [{ amount: "-10.0", tax: "-2.1" }],
      money: [{ id: 99, amount: "12.1" }],
    };
    assert.deepEqual(refundLines(refundsOf({ ...SOLD, refunds: [taxed] })[0]!), [[null, "0", "10.00", "2.10"]]);
  });

  test("of less than the goods are worth takes it off all of them", () => {
    const adjustments = [{ amount: "4.2", reason: "RESTOCK" }];
    for (const told of [{ adjustments }, {}]) {
      const refund = { id: 31, at: AT, lines: [ONE], money: [{ id: 99, amount: "20.0" }], ...told };
      assert.deepEqual(refundLines(refundsOf({ ...SOLD, refunds: [refund] })[0]!), [["1", "1", "16.53", "3.47"]]);
    }
  });

  test("of more than the goods are worth has a line for what is more", () => {
    const refund = {
      id: 31,
      at: AT,
      lines: [ONE],
      adjustments: [{ amount: "-3.0", reason: "DAMAGE" }],
      money: [{ id: 99, amount: "27.2" }],
    };
    assert.deepEqual(refundLines(refundsOf({ ...SOLD, refunds: [refund] })[0]!), [
      ["1", "1", "20.00", "4.20"],
      [null, "0", "3.00"],
    ]);
  });

  test("of goods without any money takes back units only when the shop says that nothing is owed", () => {
    const refund = { id: 31, at: AT, lines: [ONE], adjustments: [{ amount: "24.2", reason: "CUSTOMER" }] };
    const [found] = refundsOf({ ...SOLD, refunds: [refund] });
    assert.deepEqual(refundLines(found!), [["1", "1", "0.00", "0.00"]]);
    assert.equal(found?.total, "0.00");
  });

  test("whose money is on its way has a payment that is not made yet; one that failed has none", () => {
    const money = (status: string) => [{ id: 99, amount: "24.2", status }];
    const [pending] = refundsOf({ ...SOLD, refunds: [{ id: 31, at: AT, lines: [ONE], money: money("PENDING") }] });
    assert.deepEqual(
      pending?.payments.map(({ paidAt }) => paidAt),
      [null],
    );
    assert.equal(pending?.total, "24.20");
    const [failed] = refundsOf({ ...SOLD, refunds: [{ id: 31, at: AT, lines: [ONE], money: money("FAILURE") }] });
    assert.deepEqual([failed?.total, failed?.payments], ["24.20", []]);
  });

  test("of all that was sold, onto a gift card and a card", () => {
    const transactions = [
      { id: 8, gateway: "gift_card", amount: "16.55" },
      { id: 9, gateway: "shopify_payments", amount: "50.0" },
    ];
    const lines = [
      { line: 1, quantity: 2, subtotal: "40.0", tax: "8.4", restock: "CANCEL" },
      { line: 2, quantity: 1, subtotal: "10.0", tax: "2.1", restock: "CANCEL" },
    ];
    const money = [
      { id: 98, gateway: "gift_card", amount: "16.55" },
      { id: 99, amount: "50.0" },
    ];
    const refund = { id: 31, at: AT, lines, shipping: [{ line: 4, subtotal: "5.0", tax: "1.05" }], money };
    const order = proven({
      ...SOLD,
      transactions,
      refunds: [refund],
      fields: { displayFinancialStatus: "REFUNDED", cancelledAt: AT },
    });
    assert.equal(order.status, "cancelled");
    assert.equal(order.refundedTotal, "66.55");
    assert.deepEqual(
      order.refunds[0]?.payments.map(({ method, amount }) => [method, amount]),
      [
        ["gift_card", "16.55"],
        ["shopify_payments", "50.00"],
      ],
    );
  });

  test("of an order that was paid only in part credits what is not owed any more, too", () => {
    const lines = [
      { line: 1, quantity: 2, subtotal: "40.0", tax: "8.4" },
      { line: 2, quantity: 1, subtotal: "10.0", tax: "2.1" },
    ];
    const transactions = paid("30.0");
    const refund = {
      id: 31,
      at: AT,
      lines,
      shipping: [{ line: 4, subtotal: "5.0", tax: "1.05" }],
      money: [{ id: 99, amount: "30.0" }],
    };
    assert.equal(refundsOf({ ...SOLD, transactions, refunds: [refund] })[0]?.total, "66.55");
  });

  test("splits its tax over three rates to the cent", () => {
    const taxes = [
      { title: "A", rate: 0.0625, amount: "0.63" },
      { title: "B", rate: 0.01, amount: "0.1" },
      { title: "C", rate: 0.0125, amount: "0.13" },
    ];
    const [refund] = refundsOf({
      total: "10.86",
      lines: [{ id: 1, quantity: 3, total: "10.0", taxes }],
      transactions: paid("10.86"),
      refunds: [
        {
          id: 31,
          at: AT,
          lines: [{ line: 1, quantity: 1, subtotal: "3.33", tax: "0.29" }],
          money: [{ id: 99, amount: "3.62" }],
        },
      ],
    });
    assert.deepEqual(refundLines(refund!), [["1", "1", "3.33", "0.21", "0.03", "0.05"]]);
  });

  test("of prices with tax included, units and shipping", () => {
    const [refund] = refundsOf({
      total: "30.25",
      taxesIncluded: true,
      lines: [{ id: 1, total: "24.2", taxes: [{ ...VAT, amount: "4.2" }] }],
      shipping: [{ id: 4, price: "6.05", taxes: [{ ...VAT, amount: "1.05" }] }],
      transactions: paid("30.25"),
      refunds: [
        {
          id: 31,
          at: AT,
          lines: [{ line: 1, quantity: 1, subtotal: "24.2", tax: "4.2" }],
          shipping: [{ line: 4, subtotal: "6.05", tax: "1.05" }],
          money: [{ id: 99, amount: "30.25" }],
        },
      ],
    });
    assert.deepEqual(refundLines(refund!), [
      ["1", "1", "20.00", "4.20"],
      ["shipping-4", "0", "5.00", "1.05"],
    ]);
  });

  test("of a custom item is money only", () => {
    const [refund] = refundsOf({
      total: "10.0",
      lines: [{ id: 1, name: "Engraving", quantity: 2, total: "10.0", custom: true }],
      transactions: paid("10.0"),
      refunds: [
        { id: 31, at: AT, lines: [{ line: 1, quantity: 1, subtotal: "5.0" }], money: [{ id: 99, amount: "5.0" }] },
      ],
    });
    assert.deepEqual(refundLines(refund!), [["1", "0", "5.00"]]);
  });

  test("several stand oldest first, however the shop tells them", () => {
    const refunds = ["2026-11-24T10:00:00Z", AT].map((at, index) => ({
      id: 31 + index,
      at,
      money: [{ id: 98 + index, amount: "1.0" }],
    }));
    assert.deepEqual(
      refundsOf({ ...SOLD, refunds }).map(({ id }) => id),
      ["32", "31"],
    );
  });

  test("of a line that the order does not have is money only", () => {
    const line = { line: 77, quantity: 1, subtotal: "4.0", restock: "RETURN", location: 3 };
    const [refund] = refundsOf({
      ...SOLD,
      refunds: [{ id: 31, at: AT, lines: [line], money: [{ id: 99, amount: "4.0" }] }],
    });
    assert.deepEqual(refundLines(refund!), [[null, "0", "4.00"]]);
    assert.equal(refund?.lines[0]?.restock, false);
  });

  test("of a duty brings its tax back, told with it or without", () => {
    for (const told of ["8.0", "9.68"]) {
      const node = orderNode({
        total: "29.68",
        lines: [{ id: 1, total: "20.0", duties: [{ id: 6, price: "8.0", taxes: [{ ...VAT, amount: "1.68" }] }] }],
        transactions: paid("29.68"),
      });
      const duties = [{ amountSet: bag(told), originalDuty: { id: "gid://shopify/Duty/6" } }];
      const refunds = [{ ...refundNode({ id: 31, at: AT, money: [{ id: 99, amount: "9.68" }] }), duties }];
      const [refund] = provenNode({ ...node, refunds }).refunds;
      assert.deepEqual(refundLines(refund!), [["duty-6", "0", "8.00", "1.68"]]);
    }
  });
});
