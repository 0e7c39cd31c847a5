import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createMortal, type DeathPlan, type Mortal } from "./mortal.ts";
import { createRandom } from "./random.ts";
import { createVirtualTime } from "./virtual-clock.ts";

function world(death: DeathPlan | null) {
  const time = createVirtualTime({ startMs: 0, random: createRandom(1) });
  const log: string[] = [];
  const mortal: Mortal = createMortal({ name: "hub", time, death, onDeath: (label) => log.push(`died at ${label}`) });
  /** Five steps, each a call that takes 10 ms on the other side. */
  const life = async (): Promise<void> => {
    for (let step = 1; step <= 5; step += 1) {
      await mortal.call(`step ${step}`, async () => {
        await time.clock.sleep(10);
        log.push(`carried out ${step}`);
      });
      log.push(`saw ${step}`);
    }
  };
  return { time, log, mortal, life };
}

const FOR_EVER = { untilMs: Number.POSITIVE_INFINITY };

describe("a mortal process", () => {
  test("killed before a call: the call is never made", async () => {
    const { time, log, life } = world({ point: 2, callHappens: false, wakesAfterMs: null });
    void life();
    await time.run(FOR_EVER);
    assert.deepEqual(log, ["carried out 1", "saw 1", "died at step 2"]);
  });

  test("killed within a call: it is carried out, and nobody learns of it", async () => {
    const { time, log, life } = world({ point: 2, callHappens: true, wakesAfterMs: null });
    void life();
    await time.run(FOR_EVER);
    assert.deepEqual(log, ["carried out 1", "saw 1", "died at step 2", "carried out 2"]);
  });

  test("stopped before a call: it makes the call when it wakes", async () => {
    const { time, log, life } = world({ point: 2, callHappens: false, wakesAfterMs: 1_000 });
    void life();
    await time.run({ untilMs: 1_000 });
    assert.deepEqual(log, ["carried out 1", "saw 1", "died at step 2"]);
    await time.run(FOR_EVER);
    assert.deepEqual(log.slice(3, 5), ["carried out 2", "saw 2"]);
    assert.equal(log.at(-1), "saw 5");
  });

  test("its sleeps do not end while it is stopped", async () => {
    const { time, log, mortal } = world({ point: 2, callHappens: true, wakesAfterMs: 500 });
    void mortal.clock.sleep(100).then(() => log.push(`woke at ${time.nowMs()}`));
    void mortal.call("last", () => Promise.resolve());
    await time.run(FOR_EVER);
    assert.deepEqual(log, ["died at last", "woke at 500"]);
  });

  test("killed while stopped, it never wakes", async () => {
    const { time, log, mortal, life } = world({ point: 1, callHappens: false, wakesAfterMs: 100 });
    void life();
    time.after(50, "kill", () => mortal.kill());
    await time.run(FOR_EVER);
    assert.deepEqual(log, ["died at step 1"]);
  });

  test("without a plan it lives to the end", async () => {
    const { time, log, mortal, life } = world(null);
    void life();
    await time.run(FOR_EVER);
    assert.equal(log.length, 10);
    assert.equal(mortal.points(), 5);
  });
});
