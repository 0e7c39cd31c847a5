import assert from "node:assert/strict";
import { test } from "node:test";
import { median, percentile, sum } from "./statistics.ts";

test("percentiles are taken by nearest rank, whatever the order", () => {
  const values = [5, 1, 4, 2, 3];
  assert.equal(percentile(values, 50), 3);
  assert.equal(percentile(values, 99), 5);
  assert.equal(percentile(values, 20), 1);
  assert.equal(percentile(values, 21), 2);
  assert.equal(median([4, 1, 3, 2]), 2);
  assert.deepEqual(values, [5, 1, 4, 2, 3]);
});

test("numbers are compared as numbers", () => {
  assert.equal(percentile([10, 9, 100], 50), 10);
});

test("nothing has no percentile", () => {
  assert.throws(() => percentile([], 50), RangeError);
  assert.throws(() => percentile([1], 0), RangeError);
  assert.throws(() => percentile([1], 101), RangeError);
});

test("a sum of nothing is 0", () => {
  assert.equal(sum([]), 0);
  assert.equal(sum([1.5, 2]), 3.5);
});
