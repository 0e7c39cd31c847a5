import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { held } from "../testing/stock.ts";
import { available, type Available } from "./available.ts";
import { heldPart } from "./holds.ts";

function result(free: string, ordered: readonly string[] = [], safetyStock = 0): Available {
  const answer = available({ free, held: ordered.flatMap((each) => heldPart(held(each)) ?? []), safetyStock });
  assert.ok(answer.ok, free);
  return answer.value;
}

describe("available to sell", () => {
  test("free less held less safety stock", () => {
    assert.deepEqual(result("12", ["3", "2"], 1), { published: 6, computed: "6", heldTotal: "5", notices: [] });
  });

  test("never below nothing; a negative or fractional quantity says what was done to it", () => {
    assert.deepEqual(result("-3"), {
      published: 0,
      computed: "-3",
      heldTotal: "0",
      notices: [
        "Odoo's free quantity is negative (-3): more was promised there than there is.",
        "-3 is less than nothing: 0 is published.",
      ],
    });
    assert.deepEqual(result("4.7").notices, ["4.7 is not a whole number: the part below one unit is not sold."]);
    assert.equal(result("4.7").published, 4);
    assert.equal(result("0.9999999999").published, 0);
    assert.equal(result("1", ["5"]).published, 0);
    assert.equal(result("-0").published, 0);
    assert.ok(Object.is(result("-0.0").published, 0), "no negative zero");
  });

  test("what no stock can be is refused with the reason", () => {
    for (const free of ["NaN", "Infinity", "", "a lot", "1e5"])
      assert.deepEqual(available({ free, held: [], safetyStock: 0 }), { ok: false, why: "it is not a number" }, free);
    for (const free of ["10000000", "-10000000", "99999999999"]) {
      assert.deepEqual(
        available({ free, held: [], safetyStock: 0 }),
        { ok: false, why: "it is beyond 9,999,999, which no stock of a shop can be" },
        free,
      );
    }
    assert.equal(result("9999999").published, 9_999_999);
  });

  test("never above what is free, more stock never publishes less, more held never more", () => {
    const thousandths = fc.integer({ min: -5_000_000, max: 5_000_000 });
    const orders = fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 5 });
    fc.assert(
      fc.property(
        thousandths,
        fc.integer({ min: 0, max: 5_000 }),
        orders,
        fc.integer({ min: 0, max: 100 }),
        (free, more, ordered, safety) => {
          const of = (amount: number, list: readonly number[], kept: number) =>
            result((amount / 1_000).toFixed(3), list.map(String), kept).published;
          const published = of(free, ordered, safety);
          assert.ok(Number.isSafeInteger(published) && published >= 0);
          assert.ok(published <= Math.max(0, free / 1_000));
          assert.ok(of(free + more, ordered, safety) >= published);
          assert.ok(of(free, [...ordered, more], safety) <= published);
          assert.ok(of(free, ordered, safety + 1) <= published);
        },
      ),
    );
  });
});
