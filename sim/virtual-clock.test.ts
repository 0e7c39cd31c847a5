import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createRandom } from "./random.ts";
import { createVirtualTime } from "./virtual-clock.ts";

const START_MS = Date.UTC(2030, 0, 1);

function timeOf(seed: number) {
  return createVirtualTime({ startMs: START_MS, random: createRandom(seed) });
}

describe("virtual time", () => {
  test("jumps to each event in order, whatever the order in which they were asked for", async () => {
    const time = timeOf(1);
    const seen: [string, number][] = [];
    for (const [label, ms] of [
      ["c", 3_600_000],
      ["a", 5],
      ["b", 70],
    ] as const) {
      time.after(ms, label, () => void seen.push([label, time.nowMs() - START_MS]));
    }
    await time.run({ untilMs: Number.POSITIVE_INFINITY });
    assert.deepEqual(seen, [
      ["a", 5],
      ["b", 70],
      ["c", 3_600_000],
    ]);
  });

  test("stands still while woken code runs, however many promises it goes through", async () => {
    const time = timeOf(2);
    const seen: number[] = [];
    const slow = async (): Promise<void> => {
      await time.clock.sleep(10);
      for (let turn = 0; turn < 1_000; turn += 1) await Promise.resolve();
      seen.push(time.nowMs() - START_MS);
    };
    const running = slow();
    time.after(11, "later", () => {});
    await time.run({ untilMs: Number.POSITIVE_INFINITY });
    await running;
    assert.deepEqual(seen, [10]);
  });

  test("an aborted sleep ends at once and leaves nothing behind", async () => {
    const time = timeOf(3);
    const abort = new AbortController();
    const sleeping = time.clock.sleep(60_000, abort.signal);
    time.after(1, "abort", () => abort.abort());
    await time.run({ untilMs: START_MS + 2 });
    await sleeping;
    assert.equal(time.nowMs(), START_MS + 2);
    assert.equal(time.pending(), 0);
  });

  test("the seed decides among equals: the same one the same order, others another", async () => {
    const orderOf = async (seed: number): Promise<string> => {
      const time = timeOf(seed);
      let order = "";
      for (const label of "abcdefgh") time.after(5, label, () => void (order += label));
      await time.run({ untilMs: Number.POSITIVE_INFINITY });
      return order;
    };
    assert.equal(await orderOf(4), await orderOf(4));
    const orders = new Set(await Promise.all([4, 5, 6, 7].map(orderOf)));
    assert.ok(orders.size > 1);
  });

  test("stops at the given moment, and goes on from there", async () => {
    const time = timeOf(8);
    let ran = 0;
    for (const ms of [10, 20, 30]) time.after(ms, "event", () => void (ran += 1));
    await time.run({ untilMs: START_MS + 20 });
    assert.equal(ran, 2);
    await time.run({ untilMs: START_MS + 100 });
    assert.equal(ran, 3);
    assert.equal(time.nowMs(), START_MS + 100);
  });
});
