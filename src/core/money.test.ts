import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import {
  currencyDigits,
  formatMoney,
  parseFine,
  parseMoney,
  roundFine,
  roundTogether,
  sameMoney,
  sum,
} from "./money.ts";

const CURRENCIES = ["JPY", "EUR", "KWD"] as const;

describe("money", () => {
  test("reads what shops write", () => {
    const cases = [
      ["12.34", "EUR", 1234n],
      ["12.3", "EUR", 1230n],
      ["7", "EUR", 700n],
      ["-1.21", "EUR", -121n],
      ["0.00", "EUR", 0n],
      ["86.4600", "EUR", 8646n],
      ["1200", "JPY", 1200n],
      ["1200.00", "JPY", 1200n],
      ["1.25", "KWD", 1250n],
      [" 5.95 ", "USD", 595n],
      ["+3.00", "EUR", 300n],
    ] as const;
    for (const [text, currency, minor] of cases)
      assert.deepEqual(parseMoney(text, currency), { ok: true, value: minor }, text);
  });

  test("refuses what is not an amount, with the reason", () => {
    const cases = [
      ["", "EUR", 'is "", which is not an amount'],
      ["abc", "EUR", 'is "abc", which is not an amount'],
      ["1,50", "EUR", 'is "1,50", which is not an amount'],
      ["1e3", "EUR", 'is "1e3", which is not an amount'],
      ["NaN", "EUR", 'is "NaN", which is not an amount'],
      ["Infinity", "EUR", 'is "Infinity", which is not an amount'],
      ["1.", "EUR", 'is "1.", which is not an amount'],
      ["9".repeat(16), "EUR", `is "${"9".repeat(16)}", which is absurdly large`],
      ["1.234", "EUR", "is 1.234: EUR has 2 digits behind the point"],
      ["0.5", "JPY", "is 0.5: JPY has 0 digits behind the point"],
      ["1.00", "XYZ", 'is in "XYZ", which is not a currency'],
    ] as const;
    for (const [text, currency, why] of cases) assert.deepEqual(parseMoney(text, currency), { ok: false, why }, text);
  });

  test("shortens rubbish in its reasons", () => {
    const parsed = parseMoney("x".repeat(5_000), "EUR");
    assert.ok(!parsed.ok && parsed.why.length < 100);
  });

  test("knows digits by ISO 4217", () => {
    assert.deepEqual(["JPY", "KRW", "EUR", "USD", "HUF", "KWD", "TND"].map(currencyDigits), [0, 0, 2, 2, 2, 3, 3]);
    assert.deepEqual(["BTC", "eur", "", "ZZZ"].map(currencyDigits), [null, null, null, null]);
  });

  test("a formatted amount reads back as itself", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }),
        fc.constantFrom(...CURRENCIES),
        (minor, currency) => {
          assert.deepEqual(parseMoney(formatMoney(minor, currency), currency), { ok: true, value: minor });
        },
      ),
    );
  });

  test("the same amount is the same however it is written", () => {
    assert.ok(sameMoney("12.1", "12.10", "EUR") && sameMoney("0", "-0.00", "EUR"));
    assert.ok(!sameMoney("12.1", "12.11", "EUR") && !sameMoney("x", "x", "EUR"));
  });

  test("rounds half away from zero", () => {
    const cases = [
      ["1.005", 101n],
      ["1.0049999999", 100n],
      ["-1.005", -101n],
      ["0.004", 0n],
      ["2.675", 268n],
    ] as const;
    for (const [text, minor] of cases) {
      const fine = parseFine(text);
      assert.ok(fine.ok);
      assert.equal(roundFine(fine.value, 2), minor, text);
    }
  });

  test("rounded together, amounts come to the total and none moves by a whole unit or more from what it was", () => {
    const unit = 10n ** 8n;
    const amounts = fc.array(fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(amounts, (exact) => {
        const total = roundFine(sum(exact), 2);
        const rounded = roundTogether(exact, total, 2);
        assert.ok(rounded);
        assert.equal(sum(rounded), total);
        for (const [index, minor] of rounded.entries()) {
          const moved = minor * unit - exact[index]!;
          assert.ok(moved <= unit && moved >= -unit);
        }
      }),
    );
  });

  test("a total that rounding cannot explain has no answer", () => {
    const unit = 10n ** 8n;
    assert.equal(roundTogether([5n * unit, 5n * unit], 13n, 2), null);
    assert.equal(roundTogether([5n * unit, 5n * unit], 7n, 2), null);
    assert.deepEqual(roundTogether([5n * unit, 9n * unit], 15n, 2), [5n, 10n]);
    assert.deepEqual(roundTogether([5n * unit, 9n * unit], 13n, 2), [5n, 8n]);
    assert.equal(roundTogether([], 1n, 2), null);
    assert.deepEqual(roundTogether([], 0n, 2), []);
  });
});
