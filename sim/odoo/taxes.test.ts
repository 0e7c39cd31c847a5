import { describe, test } from "node:test";
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { amount, sum } from "./amounts.ts";
import { documentAmounts, lineAmounts, type Rounding, type Tax, type TaxedLine } from "./taxes.ts";

const GLOBALLY: Rounding = { method: "round_globally", digits: 2 };
const PER_LINE: Rounding = { method: "round_per_line", digits: 2 };

function tax(id: number, percent: number, more: Partial<Tax> = {}): Tax {
  return { id, percent: amount(percent), priceInclude: false, includeBase: false, baseAffected: true, ...more };
}

function line(priceUnit: number, quantity: number, taxes: readonly Tax[], more: Partial<TaxedLine> = {}): TaxedLine {
  return { priceUnit, quantity, discount: 0, taxes, manual: null, ...more };
}

function shown(lines: readonly TaxedLine[], rounding: Rounding): unknown {
  const amounts = documentAmounts(lines, rounding);
  return {
    lines: amounts.map((one) => [
      one.untaxed.toNumber(),
      one.delta.toNumber(),
      ...one.taxes.map((part) => part.amount.toNumber()),
    ]),
    untaxed: sum(amounts.map((one) => one.untaxed.plus(one.delta))).toNumber(),
    tax: sum(amounts.flatMap((one) => one.taxes.map((part) => part.amount))).toNumber(),
  };
}

describe("taxes of a document", () => {
  test("one line of 21 %", () => {
    assert.deepEqual(shown([line(8.26, 3, [tax(1, 21)])], GLOBALLY), {
      lines: [[24.78, 0, 5.2]],
      untaxed: 24.78,
      tax: 5.2,
    });
  });

  test("rounding over the document moves a cent that rounding per line loses", () => {
    // Three times 0.333 is 0.999: a cent more than three times 0.33.
    const lines = Array.from({ length: 3 }, () => line(0.333, 1, [tax(1, 10)]));
    const globally = shown(lines, GLOBALLY) as { untaxed: number; tax: number };
    assert.deepEqual([globally.untaxed, globally.tax], [1, 0.1]);
    const alone = lines.map((one) => lineAmounts(one, PER_LINE));
    assert.equal(sum(alone.map((one) => one.untaxed)).toNumber(), 0.99);
    assert.equal(sum(alone.flatMap((one) => one.taxes.map((part) => part.amount))).toNumber(), 0.09);
  });

  test("an included tax comes out of the price", () => {
    const included = tax(1, 19, { priceInclude: true });
    assert.deepEqual(shown([line(119, 1, [included])], GLOBALLY), { lines: [[100, 0, 19]], untaxed: 100, tax: 19 });
  });

  test("a compound tax is computed on those before it", () => {
    const taxes = [tax(1, 5, { includeBase: true }), tax(2, 10)];
    assert.deepEqual(shown([line(100, 1, taxes)], GLOBALLY), { lines: [[100, 0, 5, 10.5]], untaxed: 100, tax: 15.5 });
  });

  test("given amounts stand in place of the computed ones", () => {
    const manual = { untaxed: amount(24.79), taxes: new Map([[1, { tax: amount(5.22), base: amount(24.79) }]]) };
    const amounts = shown([line(8.26, 3, [tax(1, 21)], { manual })], GLOBALLY);
    assert.deepEqual(amounts, { lines: [[24.79, 0, 5.22]], untaxed: 24.79, tax: 5.22 });
  });

  test("whatever the lines, totals are the rounded exact sums and lines add up to them", () => {
    const taxes = [tax(1, 21), tax(2, 6.5), tax(3, 0)];
    const anyLine = fc.record({
      priceUnit: fc.integer({ min: -99_999, max: 99_999 }).map((value) => value / 1000),
      quantity: fc.integer({ min: -500, max: 500 }).map((value) => value / 10),
      taxes: fc.subarray(taxes),
      discount: fc.integer({ min: 0, max: 100 }),
      manual: fc.constant(null),
    });
    fc.assert(
      fc.property(fc.array(anyLine, { minLength: 1, maxLength: 12 }), (lines) => {
        const amounts = documentAmounts(lines, GLOBALLY);
        const exact = sum(amounts.map((one) => one.exactUntaxed)).toDecimalPlaces(2);
        const untaxed = sum(amounts.map((one) => one.untaxed.plus(one.delta)));
        assert.ok(untaxed.minus(exact).abs().lessThanOrEqualTo("0.01"), `${untaxed.toString()} ${exact.toString()}`);
        for (const one of taxes) {
          const parts = amounts.flatMap((found) => found.taxes.filter((part) => part.tax.id === one.id));
          const wanted = sum(parts.map((part) => part.exact)).toDecimalPlaces(2);
          assert.equal(sum(parts.map((part) => part.amount)).toString(), wanted.toString());
        }
      }),
    );
  });
});
