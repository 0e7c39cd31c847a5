/** Prices that come to exactly the wanted amount, checked against Odoo's way to compute a line. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import {
  exactPrice,
  moneyText,
  quantityText,
  scaled,
  splitLine,
  subtractQuantity,
  sumQuantity,
  unscaled,
} from "./amounts.ts";

const DIGITS = { currency: 2, price: 2, quantity: 2 };
const RUNS = 2_000;

/** What Odoo makes of a line: price × quantity rounded half away from zero. */
function lineTotal({ price, quantity }: { price: string; quantity: string }, currencyDigits: number): bigint {
  const fine = 12;
  const product = scaled(price, fine) * scaled(quantity, 6);
  const unit = 10n ** BigInt(fine + 6 - currencyDigits);
  const magnitude = product < 0n ? -product : product;
  const rounded = (magnitude + unit / 2n) / unit;
  return product < 0n ? -rounded : rounded;
}

describe("prices", () => {
  test("without a limit of digits, any net comes out exactly", () => {
    const amounts = fc.integer({ min: -10_000_000, max: 10_000_000 });
    fc.assert(
      fc.property(amounts, fc.integer({ min: 1, max: 10_000 }), fc.constantFrom(0, 2, 3), (units, count, digits) => {
        const amount = unscaled(BigInt(units), digits);
        const price = exactPrice(amount, String(count), digits);
        assert.equal(lineTotal({ price, quantity: String(count) }, digits), BigInt(units));
      }),
      { numRuns: RUNS },
    );
  });

  test("with two digits, two lines of whole quantities do it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        fc.integer({ min: 1, max: 9_999 }),
        (units, count) => {
          const lines = splitLine(unscaled(BigInt(units), 2), String(count), DIGITS);
          assert.ok(lines && lines.length <= 2);
          assert.equal(
            lines.reduce((sum, line) => sum + lineTotal(line, 2), 0n),
            BigInt(units),
          );
          assert.equal(sumQuantity(lines.map((line) => Number(line.quantity))), String(count));
          for (const line of lines) assert.ok(/^\d+$/.test(line.quantity) && Number(line.quantity) > 0);
        },
      ),
      { numRuns: RUNS },
    );
  });

  test("one line stays one where its price is exact", () => {
    assert.deepEqual(splitLine("24.78", "3", DIGITS), [{ quantity: "3", price: "8.26" }]);
    assert.deepEqual(splitLine("24.79", "3", DIGITS), [
      { quantity: "2", price: "8.26" },
      { quantity: "1", price: "8.27" },
    ]);
    assert.deepEqual(splitLine("-0.01", "3", DIGITS), [
      { quantity: "1", price: "-0.01" },
      { quantity: "2", price: "0.00" },
    ]);
  });

  test("what two lines cannot do is said, not approximated", () => {
    assert.equal(splitLine("1.00", "0", DIGITS), null);
    assert.equal(splitLine("1.234", "7", { currency: 3, price: 2, quantity: 0 }), null);
  });
});

describe("floats from Odoo", () => {
  test("amounts in the currency's digits", () => {
    assert.equal(moneyText(5.220000000000002, 2), "5.22");
    assert.equal(moneyText(-0.0000001, 2), "0.00");
    assert.equal(moneyText(1234, 0), "1234");
  });

  test("quantities without their errors", () => {
    assert.equal(quantityText(2.9999999999999996), "3");
    assert.equal(quantityText(-0), "0");
    assert.equal(quantityText(0.1 + 0.2), "0.3");
    assert.equal(sumQuantity([0.1, 0.2, 10]), "10.3");
    assert.equal(sumQuantity([]), "0");
    assert.equal(subtractQuantity("10.3", "10.3"), "0");
    assert.equal(subtractQuantity("2", "2.5"), "-0.5");
  });
});
