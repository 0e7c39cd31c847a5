/** Refunds as a real shop tells them: by line with restock, of an amount alone, by gateway, and what is beyond the lines. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { OrderRefund, ShopOrder } from "../../core/order/shop-order.ts";
import { decodeOrder, hasRefunds } from "./decode-order.ts";

type Json = Record<string, unknown>;

const RECORDED = JSON.parse(
  readFileSync(new URL("../../../test/fixtures/woocommerce/orders.json", import.meta.url), "utf8"),
) as Record<string, Json>;

/** Of the recorded order "refunded in part": a mug with a euro and a fifth beside it, then goodwill. */
const BY_LINE: Json = {
  id: 21,
  date_created_gmt: "2026-11-21T08:18:34",
  amount: "12.10",
  reason: "damaged",
  refunded_payment: false,
  line_items: [
    {
      id: 15,
      name: "Mug",
      quantity: -1,
      total: "-9.00",
      taxes: [{ id: 1, total: "-1.89", subtotal: "-1.89" }],
      meta_data: [{ id: 116, key: "_refunded_item_id", value: "1" }],
    },
  ],
  shipping_lines: [],
  fee_lines: [],
};
const AMOUNT_ONLY: Json = { ...BY_LINE, id: 22, amount: "1.21", reason: "goodwill", line_items: [] };

function decoded(refunds: readonly Json[], changes: Json = {}): ShopOrder {
  const result = decodeOrder({ ...RECORDED["refunded in part"], ...changes }, "16", refunds);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function only(refund: Json, changes: Json = {}): OrderRefund {
  const [first] = decoded([refund], changes).refunds;
  assert.ok(first);
  return first;
}

describe("refunds", () => {
  test("name the order's lines; what their amount has beyond them is money without a line and without tax", () => {
    const [line, money, goodwill] = decoded([AMOUNT_ONLY, BY_LINE]).refunds.flatMap((refund) => refund.lines);
    const taxes = [{ rateId: "1", amount: "1.89" }];
    const rest = { quantity: "0", taxes: [], restock: false, locationId: null };
    assert.deepEqual(line, { ...rest, lineId: "1", name: "Mug", quantity: "1", untaxed: "9.00", taxes, restock: true });
    assert.deepEqual(money, { ...rest, lineId: null, name: "damaged", untaxed: "1.21" });
    assert.deepEqual(goodwill, { ...rest, lineId: null, name: "goodwill", untaxed: "1.21" });
    const order = decoded([BY_LINE]);
    assert.deepEqual([order.refunds[0]?.total, order.refundedTotal], ["12.10", "13.31"]);
    assert.equal(order.refunds[0]?.createdAt, "2026-11-21T08:18:34.000Z");
  });

  test("units count as restocked as far as the order's line says so, oldest first", () => {
    const [item] = (RECORDED["refunded in part"]?.["line_items"] ?? []) as Json[];
    const meta = (units: string) => [{ id: 1, key: "_restock_refunded_items", value: units }];
    const shop = (units: string) => ({ line_items: [{ ...item, meta_data: meta(units) }] });
    const two = { ...(BY_LINE["line_items"] as Json[])[0], quantity: -2 };
    const restock = (units: string) =>
      only({ ...BY_LINE, amount: "10.89", line_items: [two] }, shop(units)).lines.map((line) => [
        line.quantity,
        line.restock,
      ]);
    assert.deepEqual(restock("0"), [["2", false]]);
    assert.deepEqual(restock("2"), [["2", true]]);
    assert.deepEqual(restock("1"), [
      ["1", true],
      ["1", false],
    ]);
  });

  test("money went back through the gateway, or by hand where nothing else is possible", () => {
    const methods = (refunded: boolean, method: string, paid: string | null = "2026-11-21T08:18:32") => {
      const refund = only({ ...BY_LINE, refunded_payment: refunded }, { payment_method: method, date_paid_gmt: paid });
      return refund.payments.map((payment) => [payment.method, payment.amount, payment.transactionId]);
    };
    assert.deepEqual(methods(true, "stripe"), [["stripe", "12.10", "refund 21"]]);
    assert.deepEqual(methods(false, "stripe"), []);
    assert.deepEqual(methods(false, "bacs"), [["bacs", "12.10", "refund 21"]]);
    assert.deepEqual(methods(false, "bacs", null), []);
  });

  test("one that cannot be understood holds its order by name", () => {
    const result = decodeOrder(RECORDED["refunded in part"], "16", [{ ...BY_LINE, amount: 12.1 }]);
    assert.ok(!result.ok);
    assert.deepEqual(
      [result.failure.code, result.failure.params["field"], result.failure.params["why"]],
      ["ORDER_UNREADABLE", "refund: amount", "must be an amount in quotes"],
    );
  });

  test("what was refunded before the order was completed was not sent", () => {
    const completed = { status: "completed", date_completed_gmt: "2026-11-21T09:00:00" };
    assert.equal(decoded([BY_LINE], completed).fulfilments[0]?.lines[0]?.quantity, "2");
    const later = { ...BY_LINE, date_created_gmt: "2026-11-21T09:00:01" };
    assert.equal(decoded([later], completed).fulfilments[0]?.lines[0]?.quantity, "3");
  });

  test("are read only of an order that names some", () => {
    assert.equal(hasRefunds(RECORDED["refunded in part"]), true);
    assert.deepEqual([hasRefunds({ refunds: [] }), hasRefunds({}), hasRefunds(null)], [false, false, false]);
  });
});
