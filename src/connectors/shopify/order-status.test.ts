/** Every word of Shopify has one status, in GraphQL's and in the webhooks' way of writing. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { orderStatus, waitReason } from "./order-status.ts";

describe("a status", () => {
  const cases: readonly (readonly [string | null, string | null, string])[] = [
    ["PAID", "UNFULFILLED", "processing"],
    ["paid", null, "processing"],
    ["paid", "partial", "processing"],
    ["PAID", "FULFILLED", "completed"],
    ["paid", "fulfilled", "completed"],
    ["PARTIALLY_REFUNDED", "UNFULFILLED", "processing"],
    ["AUTHORIZED", "UNFULFILLED", "processing"],
    ["PENDING", "UNFULFILLED", "on-hold"],
    ["pending", null, "on-hold"],
    ["pending", "fulfilled", "completed"],
    ["PARTIALLY_PAID", "UNFULFILLED", "on-hold"],
    ["REFUNDED", "FULFILLED", "refunded"],
    ["voided", null, "cancelled"],
    ["EXPIRED", "UNFULFILLED", "failed"],
    ["PAID", "RESTOCKED", "processing"],
    [null, "UNFULFILLED", "on-hold"],
    ["SOMETHING_NEW", "UNFULFILLED", "on-hold"],
  ];
  for (const [financial, fulfilment, status] of cases) {
    test(`${financial} and ${fulfilment} is ${status}`, () => {
      assert.equal(orderStatus({ financial, fulfilment, cancelledAt: null }).status, status);
    });
  }

  test("a cancellation is above all others", () => {
    const cancelledAt = "2026-11-20T09:00:00Z";
    for (const financial of ["PAID", "REFUNDED", "PENDING"])
      assert.equal(
        orderStatus({ financial, fulfilment: "FULFILLED", cancelledAt, waitReason: "x" }).status,
        "cancelled",
      );
  });

  test("a reason to wait holds what is not sent, refunded or void", () => {
    const held = orderStatus({ financial: "PAID", fulfilment: "UNFULFILLED", cancelledAt: null, waitReason: "a risk" });
    assert.deepEqual(held, { status: "on-hold", text: "on hold: a risk (paid, unfulfilled)" });
    const sent = orderStatus({ financial: "PAID", fulfilment: "FULFILLED", cancelledAt: null, waitReason: "a risk" });
    assert.equal(sent.status, "completed");
    const void_ = orderStatus({
      financial: "VOIDED",
      fulfilment: "UNFULFILLED",
      cancelledAt: null,
      waitReason: "a risk",
    });
    assert.equal(void_.status, "cancelled");
  });

  test("is told in the shop's words", () => {
    assert.equal(
      orderStatus({ financial: "paid", fulfilment: "partial", cancelledAt: null }).text,
      "paid, partially fulfilled",
    );
    assert.equal(
      orderStatus({ financial: null, fulfilment: null, cancelledAt: null }).text,
      "no payment status, unfulfilled",
    );
  });
});

describe("a reason to wait", () => {
  test("is a hold before a risk, and none of what is harmless", () => {
    const holds = [{ status: "ON_HOLD", reasons: ["Address unclear", "Address unclear", ""] }];
    assert.equal(
      waitReason({ tags: [], recommendation: "CANCEL", holds }),
      "its fulfilment is on hold, Address unclear",
    );
    assert.equal(
      waitReason({ tags: [], recommendation: "NONE", holds: [{ status: "ON_HOLD", reasons: [] }] }),
      "its fulfilment is on hold",
    );
    assert.match(waitReason({ tags: [], recommendation: "CANCEL", holds: [] }) ?? "", /recommends to cancel/);
    assert.match(waitReason({ tags: [], recommendation: "INVESTIGATE", holds: [] }) ?? "", /look into it/);
    for (const recommendation of ["ACCEPT", "NONE"])
      assert.equal(waitReason({ tags: [], recommendation, holds: [{ status: "OPEN", reasons: ["old"] }] }), null);
  });

  test("of a risk is lifted by a person's tag, that of a hold is not", () => {
    const tags = ["vip", "Odoo:Accept"];
    assert.equal(waitReason({ tags, recommendation: "INVESTIGATE", holds: [] }), null);
    const holds = [{ status: "ON_HOLD", reasons: [] }];
    assert.notEqual(waitReason({ tags, recommendation: "INVESTIGATE", holds }), null);
  });
});
