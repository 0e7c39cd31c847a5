import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBench, runWorld, type Bench } from "./world.ts";

const SEEDS = [3, 17, 29, 58];

describe("the same seed gives the same world", () => {
  let bench: Bench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench.store.close());

  const hashes = new Set<string>();
  for (const seed of SEEDS) {
    test(`seed ${seed} twice: every line of the trace is the same`, async () => {
      const first = await runWorld({ seed, bench });
      const second = await runWorld({ seed, bench });
      assert.deepEqual(second.trace.lines(true), first.trace.lines(true));
      assert.equal(second.hash, first.hash);
      hashes.add(first.hash);
    });
  }

  test("different seeds give different worlds", () => assert.equal(hashes.size, SEEDS.length));
});
