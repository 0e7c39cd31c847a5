/** What claims promise about priorities, leases, limits and pauses, on any store. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RAMP_STEP_MS, TAKEOVERS_MAX } from "../../src/store/work-claim.ts";
import { backfill, claimSome, DOWN, finishAll, idsOf, LANES, LEASE_MS, LIMITS, live, ODOO, order } from "./fixtures.ts";
import { ORDER_LANE, resultsOf, SHOP, stock, STOCK_LANE } from "./fixtures.ts";
import type { Stores } from "./opened-stores.ts";

const MINUTE_MS = 60_000;

export function claimSuite(stores: Stores): void {
  describe(`claims on ${stores.kind}`, () => {
    priorityTests(stores);
    leaseTests(stores);
    deathTests(stores);
    limitTests(stores);
    pauseTests(stores);
    dueTests(stores);
  });
}

function priorityTests({ fresh }: Stores): void {
  test("a batch is of one lane and one priority, best first, oldest first, and no longer than the lane's", async () => {
    const { store, clock } = await fresh();
    const many = Array.from({ length: 15 }, (_, index) => order(String(index + 10)));
    await store.mark(many.map(backfill));
    clock.advance(1);
    await store.mark([live(stock("7"))]);
    clock.advance(1);
    await store.mark([live(order("1"))]);
    assert.deepEqual(idsOf(await claimSome(store)), ["7"]);
    assert.deepEqual(idsOf(await claimSome(store)), ["1"]);
    assert.deepEqual(
      idsOf(await claimSome(store)),
      many.slice(0, 10).map(({ id }) => id),
    );
    assert.deepEqual(
      idsOf(await claimSome(store)),
      many.slice(10).map(({ id }) => id),
    );
  });

  test("many keys that wait at a better priority do not hide those that are due at a worse one", async () => {
    const { store, clock } = await fresh();
    const later = Array.from({ length: 50 }, (_, index) => ({
      ...live(order(`w${index}`)),
      atMs: clock.nowMs() + MINUTE_MS,
    }));
    await store.mark([...later, backfill(order("1"))]);
    assert.deepEqual(idsOf(await claimSome(store)), ["1"]);
  });

  test("a backfill of 10,000 keys delays a live key by at most one batch", async () => {
    const { store } = await fresh();
    const lane = { ...ORDER_LANE, batchMax: 100 };
    const limits = [SHOP, ODOO].map((connection) => ({ connection, runsMax: 1 }));
    await store.mark(Array.from({ length: 10_000 }, (_, index) => backfill(order(`b${index}`))));
    for (let round = 0; round < 3; round++) {
      const before = await claimSome(store, [lane], limits);
      assert.equal(before.keys.length, 100);
      await store.mark([live(order(`live${round}`))]);
      await finishAll(store, before);
      const next = await claimSome(store, [lane], limits);
      assert.deepEqual(idsOf(next), [`live${round}`], "the very next batch is the live key alone");
      await finishAll(store, next);
    }
  });
}

function leaseTests({ fresh }: Stores): void {
  test("a dead worker's keys are taken over; the zombie writes nothing and is told", async () => {
    const { store, clock } = await fresh();
    await store.mark([live(order("1")), live(order("2"))]);
    const zombie = await claimSome(store);
    assert.equal(await store.holdsLease(zombie), true);
    clock.advance(LEASE_MS + 1);
    assert.equal(await store.holdsLease(zombie), false);
    const owner = await claimSome(store);
    assert.deepEqual(
      owner.keys.map(({ id, takeovers, attempt }) => [id, takeovers, attempt]),
      [
        ["1", 1, 1],
        ["2", 1, 1],
      ],
    );
    assert.ok(owner.fence > zombie.fence);
    assert.equal(await store.beat(zombie, LEASE_MS), false);
    const link = {
      connection: SHOP,
      kind: "order",
      shopId: "1",
      erpId: 5,
      label: "S00005",
      parentId: null,
      itemId: null,
    } as const;
    const written = { links: [link], holds: { orderId: "1", lines: [] }, proof: { equal: true, body: {} } };
    assert.deepEqual(await store.commit(zombie, resultsOf(zombie, { kind: "done" }, written)), ["1", "2"]);
    assert.deepEqual(await store.activities({}, 10), []);
    assert.deepEqual(await store.links(SHOP, "order", ["1"]), []);
    assert.equal(await store.proof(SHOP, "1"), null);
    assert.equal(await store.keyState(order("1")), null);
    await finishAll(store, owner);
    assert.deepEqual(await store.work({}, 10), []);
  });

  test("a batch that lost some of its keys writes the others", async () => {
    const { store } = await fresh();
    await store.mark([live(order("1")), live(order("2"))]);
    const claim = await claimSome(store);
    await store.skip(order("2"), "twice");
    assert.deepEqual(await store.commit(claim, resultsOf(claim, { kind: "done" })), ["2"]);
    assert.deepEqual(
      (await store.activities({ status: "success" }, 10)).map(({ key }) => key.id),
      ["1"],
    );
    assert.deepEqual(
      await store.commit(claim, resultsOf(claim, { kind: "done" })),
      ["1", "2"],
      "a second commit finds nothing",
    );
  });
}

function deathTests({ fresh }: Stores): void {
  test("a beat keeps a lease; one that ran out is not brought back", async () => {
    const { store, clock } = await fresh();
    await store.mark([live(order("1"))]);
    const claim = await claimSome(store);
    for (let beats = 0; beats < 3; beats++) {
      clock.advance(LEASE_MS - 1);
      assert.equal(await store.beat(claim, LEASE_MS), true);
    }
    assert.equal(await store.claim(LANES, LIMITS, LEASE_MS), null);
    clock.advance(LEASE_MS);
    assert.equal(await store.beat(claim, LEASE_MS), false);
  });

  test(`a key that ends its worker runs alone and parks after ${TAKEOVERS_MAX} take-overs; its neighbours do not`, async () => {
    const { store, clock } = await fresh();
    await store.mark(["a", "killer", "z"].map((id) => live(order(id))));
    const seen: string[][] = [];
    for (let turns = 0; turns < 20; turns++) {
      const claim = await store.claim(LANES, LIMITS, LEASE_MS);
      if (claim === null) break;
      seen.push(idsOf(claim));
      if (idsOf(claim).includes("killer")) clock.advance(LEASE_MS + 1);
      else await finishAll(store, claim);
    }
    assert.deepEqual(seen, [["a", "killer", "z"], ["a", "killer", "z"], ["a"], ["killer"], ["killer"], ["z"]]);
    const [item, ...others] = await store.work({}, 10);
    assert.deepEqual([item?.key.id, item?.parkedCode, others.length], ["killer", "WORKER_DIED", 0]);
    const [activity] = await store.activities({ key: order("killer") }, 10);
    assert.deepEqual([activity?.status, activity?.code], ["failed", "WORKER_DIED"]);
    assert.match(activity?.sentence ?? "", /order\/shop-eu\/killer ended its worker 4 times/);
    assert.equal((await store.keyState(order("killer")))?.code, "WORKER_DIED");
    await store.mark([live(order("killer"))]);
    assert.deepEqual((await claimSome(store)).keys[0]?.takeovers, 0, "a hint wakes it with a clean slate");
  });
}

function limitTests({ fresh }: Stores): void {
  test("a connection's limit counts every batch that touches it, and a dead one no longer", async () => {
    const { store, clock } = await fresh();
    const lanes = [
      ORDER_LANE,
      STOCK_LANE,
      { flow: "order", connection: "shop-us", touches: ["shop-us", ODOO], batchMax: 1 },
    ] as const;
    const limits = [
      { connection: SHOP, runsMax: 9 },
      { connection: "shop-us", runsMax: 9 },
      { connection: ODOO, runsMax: 2 },
    ];
    const us = (id: string) => live({ flow: "order", connection: "shop-us", id });
    await store.mark([live(order("1")), live(stock("1")), us("1"), us("2")]);
    const first = await claimSome(store, lanes, limits);
    const second = await claimSome(store, lanes, limits);
    assert.equal(await store.claim(lanes, limits, LEASE_MS), null);
    assert.equal(
      await store.nextDueMs(lanes, limits),
      clock.nowMs() + LEASE_MS,
      "nothing can start before a lease ends",
    );
    await finishAll(store, first);
    await claimSome(store, lanes, limits);
    assert.equal(await store.claim(lanes, limits, LEASE_MS), null);
    clock.advance(LEASE_MS + 1);
    await claimSome(store, lanes, limits);
    await claimSome(store, lanes, limits);
    assert.equal(await store.claim(lanes, limits, LEASE_MS), null);
    assert.equal(await store.beat(second, LEASE_MS), false);
  });
}

function pauseTests({ fresh }: Stores): void {
  test("a paused connection admits nothing, then exactly one batch, then ramps up", async () => {
    const { store, clock } = await fresh();
    const lane = { ...ORDER_LANE, batchMax: 1 };
    await store.mark(["1", "2", "3", "4", "5", "6"].map((id) => live(order(id))));
    const untilMs = clock.nowMs() + 5_000;
    await store.pause(SHOP, DOWN, untilMs);
    assert.equal(await store.claim([lane], LIMITS, LEASE_MS), null);
    assert.equal(await store.nextDueMs(), untilMs);
    clock.advance(5_000);
    const probe = await claimSome(store, [lane]);
    assert.equal((await store.connectionState(SHOP)).probing, true);
    assert.equal(await store.claim([lane], LIMITS, LEASE_MS), null, "one probe at a time");
    await store.pause(SHOP, DOWN, clock.nowMs() + 10_000);
    await finishAll(store, probe, { kind: "release" });
    const paused = await store.connectionState(SHOP);
    assert.deepEqual(
      [paused.failedProbes, paused.pausedUntilMs, paused.pausedSinceMs, paused.probing],
      [1, untilMs + 10_000, untilMs - 5_000, false],
    );
    assert.deepEqual(paused.failure, DOWN);
    clock.advance(10_000);
    await claimSome(store, [lane]);
    await store.resume(SHOP);
    const resumed = await store.connectionState(SHOP);
    assert.deepEqual(
      [resumed.pausedUntilMs, resumed.failedProbes, resumed.failure, resumed.lastSuccessMs],
      [null, 0, null, clock.nowMs()],
    );
    for (let runs = 1; runs < 4; runs++) {
      assert.equal(await store.claim([lane], LIMITS, LEASE_MS), null, `not more than ${runs} yet`);
      assert.equal(await store.nextDueMs(), clock.nowMs() + RAMP_STEP_MS);
      clock.advance(RAMP_STEP_MS);
      await claimSome(store, [lane]);
    }
    clock.advance(10 * RAMP_STEP_MS);
    assert.equal(await store.claim([lane], LIMITS, LEASE_MS), null, "the connection's own limit still holds");
  });

  test("a pause of what a lane does not touch does not hold it, and late failures only lengthen a pause", async () => {
    const { store, clock } = await fresh();
    await store.pause("shop-us", DOWN, clock.nowMs() + 5_000);
    await store.mark([live(order("1"))]);
    await finishAll(store, await claimSome(store));
    await store.pause("shop-us", DOWN, clock.nowMs() + 9_000);
    await store.pause("shop-us", DOWN, clock.nowMs() + 7_000);
    const { failedProbes, pausedUntilMs } = await store.connectionState("shop-us");
    assert.deepEqual([failedProbes, pausedUntilMs], [0, clock.nowMs() + 9_000]);
  });
}

function dueTests({ fresh }: Stores): void {
  test("a key is never given to two claims", async () => {
    const { store } = await fresh();
    await store.mark(Array.from({ length: 60 }, (_, index) => live(order(String(index)))));
    const limits = [SHOP, ODOO].map((connection) => ({ connection, runsMax: 6 }));
    const claims = await Promise.all(Array.from({ length: 12 }, () => store.claim(LANES, limits, LEASE_MS)));
    const taken = claims.filter((claim) => claim !== null);
    assert.equal(taken.length, 6);
    assert.equal(new Set(taken.flatMap(idsOf)).size, 60);
    assert.equal(new Set(taken.map(({ fence }) => fence)).size, 6);
  });

  test("a lane whose limits are not given is a mistake of the caller", async () => {
    const { store } = await fresh();
    await assert.rejects(store.claim(LANES, [], LEASE_MS), /no limit is given for connection shop-eu/);
  });
}
