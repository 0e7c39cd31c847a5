import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandom } from "./random.ts";

const draw = (seed: number | bigint | string, count = 6) => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => random.int(0, 999_999));
};

test("the same seed gives the same numbers, another seed others", () => {
  assert.deepEqual(draw(42), draw(42n));
  assert.notDeepEqual(draw(42), draw(43));
  assert.deepEqual(draw("shop-eu"), draw("shop-eu"));
  assert.notDeepEqual(draw("shop-eu"), draw("shop-us"));
  assert.notDeepEqual(draw(0), [0, 0, 0, 0, 0, 0]);
});

test("the numbers of a seed never change, so that a kept seed replays for ever", () => {
  assert.deepEqual(draw(1, 4), [707_625, 37_877, 384_517, 533_829]);
});

test("a fork is independent of what was drawn before and of other forks", () => {
  const first = createRandom(7);
  first.next();
  const second = createRandom(7);
  assert.equal(first.fork("orders").hex(16), second.fork("orders").hex(16));
  assert.notEqual(first.fork("orders").hex(16), first.fork("stock").hex(16));
});

test("numbers stay within their bounds and spread evenly", () => {
  const random = createRandom(3);
  const counts = new Map<number, number>();
  for (let draws = 0; draws < 6_000; draws += 1) {
    const value = random.int(1, 6);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  assert.deepEqual(
    [...counts.keys()].toSorted((a, b) => a - b),
    [1, 2, 3, 4, 5, 6],
  );
  for (const count of counts.values()) assert.ok(count > 850 && count < 1_150, `${count} of about 1,000`);
  assert.deepEqual(
    random.shuffle([1, 2, 3, 4, 5]).toSorted((a, b) => a - b),
    [1, 2, 3, 4, 5],
  );
  assert.match(random.hex(32), /^[0-9a-f]{32}$/);
});

test("what cannot be drawn is refused", () => {
  const random = createRandom(1);
  assert.throws(() => random.pick([]), RangeError);
  assert.throws(() => random.int(2, 1), RangeError);
  assert.throws(() => random.int(0.5, 1), RangeError);
});
