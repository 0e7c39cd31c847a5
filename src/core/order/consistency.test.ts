import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { sentenceOf } from "../failures.ts";
import { formatMoney, sum } from "../money.ts";
import { line, sampleOrder } from "../testing/orders.ts";
import { orderAmounts } from "./consistency.ts";
import type { ShopOrder } from "./shop-order.ts";

function refusal(order: ShopOrder): string {
  const amounts = orderAmounts(order);
  assert.ok(!amounts.ok);
  return `${amounts.failure.code}: ${sentenceOf(amounts.failure)}`;
}

const rate = (id: string, total: string) => ({ id, label: `VAT ${id}`, percent: "21", compound: false, total });

describe("an order's own amounts", () => {
  test("a recorded order adds up as it stands", () => {
    const amounts = orderAmounts(sampleOrder());
    assert.ok(amounts.ok);
    assert.deepEqual(
      [amounts.value.untaxed, amounts.value.tax, amounts.value.total, amounts.value.truth],
      [7145n, 1501n, 8646n, "lines"],
    );
    assert.deepEqual(
      amounts.value.lines.map((each) => each.discount),
      [300n, 400n, 0n, 0n],
    );
  });

  test("line taxes are the truth when they add up, though a tax line says a cent less", () => {
    const order = sampleOrder({ taxRates: [rate("1", "15.00")] });
    const amounts = orderAmounts(order);
    assert.ok(amounts.ok && amounts.value.tax === 1501n && amounts.value.truth === "lines");
  });

  test("rounding at subtotal: the cent that rounding each line hides goes to the largest line", () => {
    // Exactly 0.105 + 0.105 + 0.105 of tax, shown as 0.11 each, charged as 0.32.
    const lines = ["1", "2", "3"].map((id) => line({ id, total: "0.50", taxes: [{ rateId: "1", amount: "0.11" }] }));
    const order = sampleOrder({ lines, taxRates: [rate("1", "0.32")], total: "1.82", totalTax: "0.32", coupons: [] });
    const amounts = orderAmounts(order);
    assert.ok(amounts.ok && amounts.value.truth === "tax-lines");
    assert.equal(amounts.value.tax, 32n);
    assert.deepEqual(
      amounts.value.lines.map((each) => each.taxes[0]?.amount),
      [10n, 11n, 11n],
    );
  });

  test("unrounded line taxes, as checkouts leave them, are rounded together", () => {
    const lines = ["1", "2"].map((id) => line({ id, total: "24.79", taxes: [{ rateId: "1", amount: "5.206612" }] }));
    const order = sampleOrder({
      lines,
      taxRates: [rate("1", "10.41")],
      total: "59.99",
      totalTax: "10.41",
      coupons: [],
    });
    const amounts = orderAmounts(order);
    assert.ok(amounts.ok && amounts.value.total === 5999n && amounts.value.tax === 1041n);
  });

  test("unrounded nets come to the total as well", () => {
    const lines = ["1", "2", "3"].map((id) =>
      line({ id, total: "8.264463", subtotal: "8.264463", taxes: [{ rateId: "1", amount: "1.735537" }] }),
    );
    const order = sampleOrder({
      lines,
      taxRates: [rate("1", "5.206611")],
      total: "30.00",
      totalTax: "5.21",
      coupons: [],
    });
    const amounts = orderAmounts(order);
    assert.ok(amounts.ok);
    assert.equal(amounts.value.untaxed + amounts.value.tax, 3000n);
  });

  test("a rate that is blank on a line does not apply to it; zero does", () => {
    const lines = [
      line({
        id: "1",
        total: "10.00",
        taxes: [
          { rateId: "1", amount: "" },
          { rateId: "2", amount: "0.00" },
        ],
      }),
    ];
    const amounts = orderAmounts(
      sampleOrder({ lines, taxRates: [rate("1", "0"), rate("2", "0.00")], total: "10.00", coupons: [] }),
    );
    assert.ok(amounts.ok);
    assert.deepEqual(amounts.value.lines[0]?.taxes, [{ rateId: "2", amount: 0n }]);
  });

  test("what does not add up is held by name", () => {
    assert.equal(
      refusal(sampleOrder({ total: "86.40" })),
      "ORDER_TOTALS_INCONSISTENT: Order #1054 is held: the shop's own amounts do not add up (the total: 86.40 EUR in the shop's total, 86.46 EUR from its lines)",
    );
    assert.match(
      refusal(sampleOrder({ taxRates: [rate("1", "17.00")] })),
      /^ORDER_TOTALS_INCONSISTENT: .*tax VAT 1: 17.00 EUR in the shop's total, 15.01 EUR from its lines/,
    );
    assert.match(refusal(sampleOrder({ lines: [] })), /^ORDER_TOTALS_INCONSISTENT/);
  });

  test("a total of another rate than the lines' is no rounding", () => {
    assert.match(
      refusal(sampleOrder({ taxRates: [rate("1", "5.01"), rate("2", "10.00")] })),
      /^ORDER_TOTALS_INCONSISTENT: .*tax VAT 1/,
    );
  });

  test("unreadable amounts are named with their place", () => {
    assert.equal(
      refusal(sampleOrder({ total: "abc" })),
      'ORDER_UNREADABLE: Order #1054 cannot be understood: its total is "abc", which is not an amount',
    );
    assert.equal(
      refusal(sampleOrder({ total: "-5.00" })),
      "ORDER_UNREADABLE: Order #1054 cannot be understood: its total is -5.00, less than nothing",
    );
    assert.match(
      refusal(sampleOrder({ lines: [line({ id: "1", total: "1e9" })] })),
      /the total of line "Mug" is "1e9"/,
    );
    assert.match(
      refusal(sampleOrder({ lines: [line({ id: "1", taxes: [{ rateId: "1", amount: "x" }] })] })),
      /the tax of line "Mug" is "x"/,
    );
    assert.match(
      refusal(sampleOrder({ currency: "BTC" })),
      /^CURRENCY_UNKNOWN: Order #1054 is held because its currency BTC/,
    );
  });

  test("whatever the shop rounds, an answer comes to its total", () => {
    const cents = fc.integer({ min: 0, max: 100_000 });
    const percent = fc.constantFrom(6, 19, 20, 21, 25);
    const manner = fc.constantFrom("per line", "at subtotal, lines rounded", "at subtotal, lines unrounded");
    const lines = fc.array(fc.record({ net: cents, percent }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lines, manner, (given, how) => {
        const { order, total } = taxedOrder(given, how);
        const amounts = orderAmounts(order);
        assert.ok(amounts.ok, how);
        assert.equal(formatMoney(amounts.value.untaxed + amounts.value.tax, "EUR"), total);
        assert.equal(
          formatMoney(sum(amounts.value.lines.map((each) => each.untaxed)), "EUR"),
          money(given.reduce((all, each) => all + each.net, 0)),
        );
      }),
    );
  });
});

/** Integer arithmetic in millionths: a shop that rounds in one of the three ways WooCommerce does. */
function taxedOrder(
  given: readonly { net: number; percent: number }[],
  how: string,
): { order: ShopOrder; total: string } {
  const exact = given.map(({ net, percent }) => net * percent);
  const rounded = exact.map((hundredths) => Math.round(hundredths / 100));
  const rates = [...new Set(given.map((each) => each.percent))];
  const totals = rates.map((percent) => {
    const own = given.flatMap((each, index) => (each.percent === percent ? [index] : []));
    const perLine = own.reduce((all, index) => all + rounded[index]!, 0);
    return {
      percent,
      cents: how === "per line" ? perLine : Math.round(own.reduce((all, index) => all + exact[index]!, 0) / 100),
    };
  });
  const total = money(
    given.reduce((all, each) => all + each.net, 0) + totals.reduce((all, each) => all + each.cents, 0),
  );
  const lines = given.map(({ net, percent }, index) => {
    const amount = how.endsWith("unrounded") ? (exact[index]! / 10_000).toFixed(4) : money(rounded[index]!);
    return line({ id: String(index + 1), total: money(net), taxes: [{ rateId: String(percent), amount }] });
  });
  const taxRates = totals.map(({ percent, cents }) => ({
    id: String(percent),
    label: `VAT ${percent}`,
    percent: String(percent),
    compound: false,
    total: money(cents),
  }));
  return { order: sampleOrder({ lines, taxRates, total, coupons: [] }), total };
}

function money(cents: number): string {
  return (cents / 100).toFixed(2);
}
