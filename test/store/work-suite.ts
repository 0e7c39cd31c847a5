/** What the list of work promises about hints, ends of runs and people, on any store. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PRIORITY } from "../../src/core/key.ts";
import { FAILING_PACE_MS_MAX, FAILING_PACE_MS_MIN } from "../../src/store/work-finish.ts";
import {
  backfill,
  claimSome,
  finishAll,
  idsOf,
  LANES,
  LEASE_MS,
  LIMITS,
  live,
  NO_SKU,
  ODOO,
  order,
} from "./fixtures.ts";
import { resultsOf, SHOP, stock } from "./fixtures.ts";
import type { Stores } from "./opened-stores.ts";

const MINUTE_MS = 60_000;

export function workSuite(stores: Stores): void {
  describe(`work on ${stores.kind}`, () => {
    hintTests(stores);
    waitTests(stores);
    finishTests(stores);
    recheckTests(stores);
    deskTests(stores);
  });
}

function hintTests({ fresh }: Stores): void {
  test("a hint makes a key due; a run that is done takes it off", async () => {
    const { store, clock } = await fresh();
    assert.equal(await store.claim(LANES, LIMITS, LEASE_MS), null);
    await store.mark([live(order("1"))]);
    const claim = await claimSome(store);
    const { fence, ...rest } = claim;
    assert.equal(typeof fence, "bigint");
    assert.deepEqual(rest, {
      flow: "order",
      connection: SHOP,
      touches: [SHOP, ODOO],
      leaseUntilMs: clock.nowMs() + LEASE_MS,
      keys: [{ id: "1", gen: 1, attempt: 1, trigger: "webhook", takeovers: 0 }],
    });
    assert.equal(await store.claim(LANES, LIMITS, LEASE_MS), null);
    await finishAll(store, claim);
    assert.deepEqual(await store.work({}, 10), []);
  });

  test("hints coalesce, within one call and over several", async () => {
    const { store } = await fresh();
    await store.mark([backfill(order("1")), live(order("1")), live(order("2"))]);
    await store.mark([live(order("1"))]);
    const items = await store.work({}, 10);
    assert.deepEqual(
      items.map(({ key, gen, priority, trigger }) => [key.id, gen, priority, trigger]),
      [
        ["1", 2, PRIORITY.live, "webhook"],
        ["2", 1, PRIORITY.live, "webhook"],
      ],
    );
  });

  test("a hint during a run causes exactly one more", async () => {
    const { store } = await fresh();
    await store.mark([live(order("1")), live(order("2"))]);
    const first = await claimSome(store);
    await store.mark([live(order("1"))]);
    await store.mark([live(order("1"))]);
    assert.equal(await store.claim(LANES, LIMITS, LEASE_MS), null, "it runs already");
    await finishAll(store, first);
    const second = await claimSome(store);
    assert.deepEqual(idsOf(second), ["1"]);
    await finishAll(store, second);
    assert.deepEqual(await store.work({}, 10), []);
  });

  test("a hint for later waits, and an earlier one brings it forward", async () => {
    const { store, clock } = await fresh();
    await store.mark([{ ...live(order("1")), atMs: clock.nowMs() + 5 * MINUTE_MS }]);
    assert.equal(await store.claim(LANES, LIMITS, LEASE_MS), null);
    assert.equal(await store.nextDueMs(), clock.nowMs() + 5 * MINUTE_MS);
    await store.mark([{ ...live(order("1")), atMs: clock.nowMs() + MINUTE_MS }]);
    await store.mark([{ ...live(order("1")), atMs: clock.nowMs() + 9 * MINUTE_MS }]);
    clock.advance(MINUTE_MS);
    assert.deepEqual(idsOf(await claimSome(store)), ["1"]);
  });
}

function waitTests({ fresh }: Stores): void {
  test("waiting ends with a hint, also one that came between the claim and the wait", async () => {
    const { store, clock } = await fresh();
    const { signal } = new AbortController();
    assert.equal(await store.claim(LANES, LIMITS, LEASE_MS), null);
    await store.mark([live(order("1"))]);
    await store.waitForWork(MINUTE_MS, signal);
    await finishAll(store, await claimSome(store));
    assert.equal(await store.claim(LANES, LIMITS, LEASE_MS), null);

    let woken = 0;
    const waiting = store.waitForWork(MINUTE_MS, signal).then(() => (woken += 1));
    await store.retry(order("1"));
    await waiting;
    assert.equal(woken, 1);
    await finishAll(store, await claimSome(store));
    assert.equal(await store.claim(LANES, LIMITS, LEASE_MS), null);

    const slept = store.waitForWork(MINUTE_MS, signal);
    clock.advance(MINUTE_MS);
    await slept;
    const stop = new AbortController();
    const stopped = store.waitForWork(MINUTE_MS, stop.signal);
    stop.abort();
    await stopped;
  });
}

function finishTests({ fresh }: Stores): void {
  test("a failed run is due again at its time, one attempt further, and behind live keys", async () => {
    const { store, clock } = await fresh();
    await store.mark([live(order("1"))]);
    const claim = await claimSome(store);
    const runAtMs = clock.nowMs() + MINUTE_MS;
    await finishAll(store, claim, { kind: "retry", runAtMs });
    const [item] = await store.work({}, 10);
    assert.ok(item !== undefined);
    assert.deepEqual(
      [item.attempts, item.nextAtMs, item.priority, item.trigger, item.leaseUntilMs],
      [1, runAtMs, PRIORITY.retry, "retry", null],
    );
    assert.equal(await store.claim(LANES, LIMITS, LEASE_MS), null);
    clock.advance(MINUTE_MS);
    const [again] = (await claimSome(store)).keys;
    assert.deepEqual(again, { id: "1", gen: 1, attempt: 2, trigger: "retry", takeovers: 0 });
  });

  test("a hint wins over a retry and over parking, at a pace that slows down", async () => {
    const { store, clock } = await fresh();
    await store.mark([live(order("1"))]);
    let paceMs = FAILING_PACE_MS_MIN;
    for (const finish of [
      { kind: "park" },
      { kind: "retry", runAtMs: clock.nowMs() + 60 * MINUTE_MS },
      { kind: "park" },
    ] as const) {
      const claim = await claimSome(store);
      await store.mark([live(order("1"))]);
      await finishAll(store, claim, finish);
      const [item] = await store.work({}, 10);
      assert.deepEqual([item?.attempts, item?.nextAtMs, item?.parkedCode], [0, clock.nowMs() + paceMs, null]);
      await store.mark([live(order("1"))]);
      assert.equal(await store.claim(LANES, LIMITS, LEASE_MS), null, "constant hints do not break the floor");
      clock.advance(paceMs);
      paceMs = Math.min(paceMs * 2, FAILING_PACE_MS_MAX);
    }
    await finishAll(store, await claimSome(store));
    await store.mark([live(order("1"))]);
    assert.deepEqual(idsOf(await claimSome(store)), ["1"], "a success ends the floor");
  });

  test("a parked key stays, is listed with its cause, and a hint wakes it", async () => {
    const { store, clock } = await fresh();
    await store.mark([live(order("1")), live(order("2"))]);
    await finishAll(store, await claimSome(store), { kind: "park" });
    const parked = await store.work({ parked: true }, 10);
    assert.deepEqual(
      parked.map(({ key, parkedCode, nextAtMs }) => [key.id, parkedCode, nextAtMs]),
      [
        ["1", NO_SKU.code, null],
        ["2", NO_SKU.code, null],
      ],
    );
    assert.equal(await store.nextDueMs(), null);
    clock.advance(60 * MINUTE_MS);
    assert.equal(await store.claim(LANES, LIMITS, LEASE_MS), null);
    await store.mark([backfill(order("1"))]);
    const [key] = (await claimSome(store)).keys;
    assert.deepEqual([key?.id, key?.attempt, key?.trigger], ["1", 1, "backfill"]);
    assert.equal((await store.work({ parked: true }, 10)).length, 1);
  });
}

function recheckTests({ fresh }: Stores): void {
  test("a release uses up no attempt; a recheck keeps the row until its time", async () => {
    const { store, clock } = await fresh();
    await store.mark([live(order("1"))]);
    await finishAll(store, await claimSome(store), { kind: "retry", runAtMs: clock.nowMs() });
    await finishAll(store, await claimSome(store), { kind: "release" });
    const claim = await claimSome(store);
    assert.equal(claim.keys[0]?.attempt, 2);
    const recheckAtMs = clock.nowMs() + MINUTE_MS;
    await finishAll(store, claim, { kind: "done", recheckAtMs });
    const [item] = await store.work({}, 10);
    assert.deepEqual([item?.attempts, item?.nextAtMs, item?.trigger], [0, recheckAtMs, "recheck"]);
    clock.advance(MINUTE_MS);
    const again = await claimSome(store);
    await store.mark([live(order("1"))]);
    await finishAll(store, again, { kind: "done", recheckAtMs: clock.nowMs() + 60 * MINUTE_MS });
    assert.deepEqual(idsOf(await claimSome(store)), ["1"], "a hint during the run is not put off by the recheck");
  });
}

function deskTests({ fresh }: Stores): void {
  test("a person's retry is due at once and ignores the floor; an unknown key is not made", async () => {
    const { store } = await fresh();
    assert.equal(await store.retry(order("1")), false);
    await store.mark([live(order("1"))]);
    await finishAll(store, await claimSome(store), { kind: "park" });
    assert.equal(await store.retry(order("1")), true);
    const [key] = (await claimSome(store)).keys;
    assert.deepEqual([key?.attempt, key?.trigger], [1, "manual"]);
  });

  test("a key that is in step can be retried when a run has known it", async () => {
    const { store } = await fresh();
    await store.mark([live(order("1"))]);
    await finishAll(store, await claimSome(store));
    assert.equal(await store.retry(order("1")), true);
    await finishAll(store, await claimSome(store));
  });

  test("skipping takes a key off with its reason, away from a run that has it", async () => {
    const { store } = await fresh();
    assert.equal(await store.skip(order("1"), "test order"), false);
    await store.mark([live(order("1"))]);
    const claim = await claimSome(store);
    assert.equal(await store.skip(order("1"), "test order"), true);
    assert.equal(await store.holdsLease(claim), false);
    assert.deepEqual(await store.commit(claim, resultsOf(claim, { kind: "park" })), ["1"]);
    assert.deepEqual(await store.work({}, 10), []);
    const [activity, ...others] = await store.activities({ key: order("1") }, 10);
    assert.deepEqual(
      [activity?.status, activity?.sentence, activity?.trigger, others.length],
      ["skipped", "Skipped by a person: test order", "manual", 0],
    );
    assert.equal((await store.keyState(order("1")))?.state, "not-applicable");
  });

  test("the backlog counts what is due, later, parked and running", async () => {
    const { store, clock } = await fresh();
    await store.mark([live(order("running"))]);
    await claimSome(store);
    await store.mark([live(order("parked"))]);
    await finishAll(store, await claimSome(store), { kind: "park" });
    const dueMs = clock.nowMs();
    await store.mark([live(order("due")), { ...live(order("later")), atMs: dueMs + MINUTE_MS }, live(stock("9"))]);
    clock.advance(1_000);
    assert.deepEqual(await store.backlog(), [
      { flow: "order", connection: SHOP, due: 1, later: 1, parked: 1, running: 1, oldestDueMs: dueMs },
      { flow: "stock", connection: SHOP, due: 1, later: 0, parked: 0, running: 0, oldestDueMs: dueMs },
    ]);
    assert.deepEqual(
      (await store.work({ key: order("later") }, 10)).map(({ key }) => key.id),
      ["later"],
    );
    assert.deepEqual(
      (await store.work({ flow: "stock" }, 10)).map(({ key }) => key.id),
      ["9"],
    );
    assert.equal((await store.work({ connection: "other" }, 10)).length, 0);
    assert.equal((await store.work({}, 2)).length, 2);
  });
}
