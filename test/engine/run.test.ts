/** The run of one batch on a real store: what is written, retried, paused, and what a lost lease leaves behind. */
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { failure, type Failure } from "../../src/core/failures.ts";
import { PRIORITY, type Key } from "../../src/core/key.ts";
import type { CallContext } from "../../src/core/ports/call.ts";
import type { Claim } from "../../src/core/ports/store.ts";
import { fail, ok, type Result } from "../../src/core/result.ts";
import { openStore } from "../../src/store/open-store.ts";
import { ManualClock } from "../store/manual-clock.ts";
import { closeFlow, type Flow } from "../../src/engine/flow.ts";
import type { HubObserver, RunEvent } from "../../src/engine/observer.ts";
import { LEASE_MS, runClaim } from "../../src/engine/run.ts";

const clock = new ManualClock();
const store = await openStore({ memory: true, clock, now: "clock" });
const events: RunEvent[] = [];
const observer: HubObserver = {
  run: (event) => void events.push(event),
  call: () => undefined,
  paused: () => undefined,
  resumed: () => undefined,
  note: () => undefined,
};
const LANE = { flow: "order", connection: "shop-eu", touches: ["shop-eu", "odoo"], batchMax: 10 } as const;
const LIMITS = [
  { connection: "shop-eu", runsMax: 4 },
  { connection: "odoo", runsMax: 4 },
];

beforeEach(async () => {
  await store.clear();
  clock.reset();
  events.length = 0;
});
after(() => store.close());

const keyOf = (id: string): Key => ({ flow: "order", connection: "shop-eu", id });

type Write = { readonly kind: "write"; readonly id: string };
/** One write brings a key in step; `outcome` decides how it goes, and what happens beside it. */
function writingFlow(outcome: (id: string, call: CallContext) => Promise<Result<void>>) {
  const inStep = new Set<string>();
  const flow: Flow<{ readonly id: string }, Write> = {
    name: "order",
    connection: "shop-eu",
    stages: ["write"],
    observe: (ids) => Promise.resolve(new Map(ids.map((id) => [id, ok({ id })]))),
    plan: ({ id }) => ({
      actions: inStep.has(id) ? [] : [{ kind: "write", id }],
      blockers: [],
      state: { name: "synced", sentence: `${id} is in step` },
      diff: [],
    }),
    async apply(actions, call) {
      await call.beforeWrite();
      const outcomes = [];
      for (const { id } of actions) {
        const result = await outcome(id, call);
        if (result.ok) inStep.add(id);
        outcomes.push(result);
      }
      return outcomes;
    },
    keep: ({ id }) => ({
      links: [
        { connection: "shop-eu", kind: "order", shopId: id, erpId: 7, label: "S7", parentId: null, itemId: null },
      ],
      erpIds: { order: 7 },
    }),
    report: () => [],
    doubt: () => undefined,
  };
  return closeFlow(flow);
}

async function claimed(...ids: string[]): Promise<Claim> {
  await store.mark(ids.map((id) => ({ key: keyOf(id), priority: PRIORITY.live, trigger: "webhook" })));
  const claim = await store.claim([LANE], LIMITS, LEASE_MS);
  assert.ok(claim);
  return claim;
}

const run = (flow: ReturnType<typeof writingFlow>, claim: Claim) => runClaim(flow, claim, { store, clock, observer });
const down = (): Failure =>
  failure("CONNECTION_DOWN", { connection: "odoo", reason: "connection refused" }, { connection: "odoo" });

test("a batch that goes well leaves activities and links, and an empty list", async () => {
  await run(
    writingFlow(() => Promise.resolve(ok(undefined))),
    await claimed("1", "2"),
  );
  assert.deepEqual(await store.work({}, 10), []);
  const [activity] = await store.activities({ key: keyOf("1") }, 1);
  assert.deepEqual(
    [activity?.status, activity?.state, activity?.sentence, activity?.erpIds],
    ["success", "synced", "1 is in step", { order: 7 }],
  );
  assert.equal((await store.links("shop-eu", "order", ["1", "2"])).length, 2);
});

test("what a flow hints at besides is marked with the commit", async () => {
  const flow = writingFlow(() => Promise.resolve(ok(undefined)));
  const key: Key = { flow: "stock", connection: "shop-us", id: "13" };
  const hinting = {
    ...flow,
    run: ((visit) =>
      flow.run((typed) =>
        visit({
          ...typed,
          hints: (kept) =>
            Promise.resolve(
              new Map(kept.map(({ id }) => [id, [{ key, priority: PRIORITY.live, trigger: "recheck" as const }]])),
            ),
        }),
      )) as typeof flow.run,
  };
  await run(hinting, await claimed("1", "2"));
  const work = await store.work({}, 10);
  assert.deepEqual(
    work.map((item) => [item.key, item.gen]),
    [[key, 1]],
  );
});

test("a data failure is retried after 1, 5 and 15 minutes, then parked, and its sentence says which", async () => {
  const missing = failure("SKU_NOT_FOUND", { order: "1054", sku: "TSHIRT-M-BLK" });
  const flow = writingFlow(() => Promise.resolve(fail(missing)));
  const said: string[] = [];
  let claim: Claim | null = await claimed("1054");
  for (const waitMs of [60_000, 300_000, 900_000]) {
    await run(flow, claim);
    said.push(events.at(-1)!.sentence);
    assert.equal(await store.claim([LANE], LIMITS, LEASE_MS), null);
    clock.advance(waitMs);
    claim = await store.claim([LANE], LIMITS, LEASE_MS);
    assert.ok(claim);
  }
  await run(flow, claim);
  said.push(events.at(-1)!.sentence);
  const sentence =
    "Order #1054 failed to sync because product SKU TSHIRT-M-BLK was not found in Odoo product.product -> default_code";
  assert.deepEqual(said, [
    `${sentence}. It will be tried again in 1 minute.`,
    `${sentence}. It will be tried again in 5 minutes.`,
    `${sentence}. It will be tried again in 15 minutes.`,
    `${sentence}. It is parked and not tried again by itself after 4 attempts.`,
  ]);
  assert.deepEqual(
    (await store.work({ parked: true }, 10)).map(({ key, parkedCode }) => [key.id, parkedCode]),
    [["1054", "SKU_NOT_FOUND"]],
  );
  assert.equal(events.at(-1)?.status, "failed");
});

test("a connection that is down pauses as a whole, uses no attempt, and resumes by itself after two hours", async () => {
  let up = false;
  const flow = writingFlow((_, call) => {
    if (up)
      call.record({
        connection: "odoo",
        call: "write",
        write: true,
        request: {},
        response: {},
        status: 200,
        durationMs: 1,
      });
    return Promise.resolve(up ? ok(undefined) : fail(down()));
  });
  await run(flow, await claimed("1"));
  const untilMs = clock.nowMs() + 2 * 60 * 60_000;
  let probes = 0;
  while (clock.nowMs() < untilMs) {
    const claim = await store.claim([LANE], LIMITS, LEASE_MS);
    if (claim === null) clock.advance(5_000);
    else {
      probes += 1;
      await run(flow, claim);
    }
  }
  assert.ok(probes > 100 && probes < 200, `${probes} probes, one a minute`);
  assert.deepEqual(
    (await store.work({}, 10)).map(({ attempts, parkedCode }) => [attempts, parkedCode]),
    [[0, null]],
  );
  assert.equal((await store.connectionState("odoo")).failure?.code, "CONNECTION_DOWN");
  up = true;
  clock.advance(60_000);
  const claim = await store.claim([LANE], LIMITS, LEASE_MS);
  assert.ok(claim);
  await run(flow, claim);
  assert.equal((await store.connectionState("odoo")).pausedUntilMs, null);
  assert.deepEqual(await store.work({}, 10), []);
});

test("one key's failure leaves the others of its batch in step", async () => {
  const refused = failure("ODOO_REJECTED", { what: "the order", message: "no" });
  await run(
    writingFlow((id) => Promise.resolve(id === "bad" ? fail(refused) : ok(undefined))),
    await claimed("a", "bad", "c"),
  );
  assert.deepEqual(
    (await store.work({}, 10)).map(({ key }) => key.id),
    ["bad"],
  );
});

test("a run that was taken over writes nothing, and hints at what it may have sent", async () => {
  const claim = await claimed("1");
  const flow = writingFlow(async () => {
    clock.advance(LEASE_MS + 1);
    const owner = await store.claim([LANE], LIMITS, LEASE_MS);
    assert.deepEqual(
      owner?.keys.map(({ id, takeovers }) => [id, takeovers]),
      [["1", 1]],
    );
    return ok(undefined);
  });
  await run(flow, claim);
  assert.deepEqual(await store.activities({}, 10), []);
  assert.deepEqual(await store.links("shop-eu", "order", ["1"]), []);
  const [item] = await store.work({}, 10);
  assert.equal(item?.gen, claim.keys[0]!.gen + 1, "the owner's run is followed by one more look");
});

test("nothing is sent once the lease has run out", async () => {
  const claim = await claimed("1");
  let sent = false;
  clock.advance(LEASE_MS);
  await run(
    writingFlow(() => Promise.resolve(ok(void (sent = true)))),
    claim,
  );
  assert.equal(sent, false);
  assert.deepEqual(await store.activities({}, 10), []);
});

test("a defect becomes a named failure of its keys, never silence", async () => {
  await run(
    writingFlow(() => Promise.reject(new Error("undefined is not a function"))),
    await claimed("1"),
  );
  const [activity] = await store.activities({ key: keyOf("1") }, 1);
  assert.equal(activity?.code, "INTERNAL_ERROR");
  assert.match(activity?.sentence ?? "", /order\/shop-eu\/1: undefined is not a function/);
});

test("exchanges are kept without personal data", async () => {
  const flow = writingFlow((_, call) => {
    call.record({
      connection: "odoo",
      call: "res.partner load",
      write: true,
      request: { email: "ann@example.test", city: "Gent" },
      response: { id: 3 },
      status: 200,
      durationMs: 1,
    });
    return Promise.resolve(ok(undefined));
  });
  await run(flow, await claimed("1"));
  const [activity] = await store.activities({ key: keyOf("1") }, 1);
  assert.ok(activity && activity.exchanges.length === 1);
  assert.ok(!JSON.stringify(activity.exchanges).includes("ann@example.test"));
  assert.ok(JSON.stringify(activity.exchanges).includes("res.partner load"));
});
