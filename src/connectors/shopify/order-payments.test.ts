/** What counts as paid: money that moved, each part once. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { proven } from "./testing/decoded-order.ts";
import type { SampleTransaction } from "./testing/sample-orders.ts";

const LINES = [{ id: 1, total: "50.0" }];

function parts(transactions: readonly SampleTransaction[], financial = "PAID") {
  const order = proven({ total: "50.0", lines: LINES, transactions, fields: { displayFinancialStatus: financial } });
  return order.payments.map(({ id, method, amount, paidAt }) => [
    id,
    method,
    amount,
    paidAt === null ? "expected" : "paid",
  ]);
}

describe("payments", () => {
  test("a gift card and a card are two", () => {
    const transactions = [
      { id: 2, gateway: "shopify_payments", amount: "30.0", at: "2026-11-20T09:01:01Z" },
      { id: 1, gateway: "gift_card", amount: "20.0", at: "2026-11-20T09:01:00Z" },
    ];
    assert.deepEqual(parts(transactions), [
      ["1", "gift_card", "20.00", "paid"],
      ["2", "shopify_payments", "30.00", "paid"],
    ]);
  });

  test("tell their gateway's name and id", () => {
    const [payment] = proven({ total: "50.0", lines: LINES, transactions: [{ id: 2, amount: "50.0" }] }).payments;
    assert.deepEqual([payment?.title, payment?.transactionId], ["shopify payments", "pay-2"]);
  });

  test("an authorisation is none, its captures are", () => {
    const authorised = { id: 1, kind: "AUTHORIZATION", amount: "50.0" };
    assert.deepEqual(parts([authorised], "AUTHORIZED"), []);
    const captures = [
      { id: 2, kind: "CAPTURE", amount: "20.0", parent: 1 },
      { id: 3, kind: "CAPTURE", amount: "30.0", parent: 1, at: "2026-11-21T09:00:00Z" },
    ];
    assert.deepEqual(
      parts([authorised, ...captures]).map(([id]) => id),
      ["2", "3"],
    );
  });

  test("failed and voided parts are left out", () => {
    const transactions = [
      { id: 1, amount: "50.0", status: "FAILURE" },
      { id: 2, kind: "AUTHORIZATION", amount: "50.0" },
      { id: 3, kind: "VOID", amount: "50.0", parent: 2 },
    ];
    assert.deepEqual(parts(transactions, "VOIDED"), []);
  });

  test("cash on delivery is expected until it is marked as paid", () => {
    const promised = { id: 1, gateway: "Cash on Delivery (COD)", amount: "50.0", status: "PENDING" };
    assert.deepEqual(parts([promised], "PENDING"), [["1", "Cash on Delivery (COD)", "50.00", "expected"]]);
    const came = { id: 2, gateway: "Cash on Delivery (COD)", amount: "50.0", parent: 1 };
    assert.deepEqual(
      parts([promised, came]).map(([id]) => id),
      ["2"],
    );
    const otherwise = { id: 3, gateway: "shopify_payments", amount: "50.0" };
    assert.deepEqual(
      parts([promised, otherwise]).map(([id]) => id),
      ["3"],
    );
  });

  test("a promise that was called off is none", () => {
    const promised = { id: 1, gateway: "bank_deposit", amount: "50.0", status: "PENDING" };
    assert.deepEqual(parts([promised, { id: 2, kind: "VOID", amount: "50.0", parent: 1 }], "VOIDED"), []);
  });

  test("change at the till is taken off what was handed over, unless the till has done so", () => {
    const change = { id: 2, kind: "CHANGE", gateway: "cash", amount: "10.0", parent: 1 };
    for (const amount of ["60.0", "50.0"])
      assert.deepEqual(parts([{ id: 1, gateway: "cash", amount }, change]), [["1", "cash", "50.00", "paid"]]);
  });

  test("nothing is paid for what costs nothing", () => {
    const order = proven({ total: "0.0", lines: [{ id: 1, total: "0.0" }], transactions: [{ id: 1, amount: "0.0" }] });
    assert.deepEqual(order.payments, []);
  });
});
