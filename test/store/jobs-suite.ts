/** Jobs: what the wrapper promises, with two openings of the same database where the store allows it. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "node:test";
import { JOBS_SCHEMA, openJobs, type JobData, type Jobs } from "../../src/store/jobs.ts";
import type { OpenedStore } from "../../src/store/open-store.ts";
import { delivery, live, order } from "./fixtures.ts";

const WAIT_MS_MAX = 20_000;
const POLL_MS = 20;

export interface JobStores {
  readonly kind: string;
  /** One store for each process that shares the database; PGlite has one. */
  readonly open: () => Promise<readonly OpenedStore[]>;
}

interface Process {
  readonly jobs: Jobs;
  readonly errors: Error[];
}

async function start(store: OpenedStore): Promise<Process> {
  const errors: Error[] = [];
  const jobs = await openJobs(store, { onError: (error) => errors.push(error), pollSeconds: 0.5, scheduleSeconds: 1 });
  return { jobs, errors };
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waitedMs = 0; !holds(); waitedMs += POLL_MS) {
    assert.ok(waitedMs < WAIT_MS_MAX, `${what} did not happen within ${WAIT_MS_MAX} ms`);
    await sleep(POLL_MS);
  }
}

export function jobsSuite(stores: JobStores): void {
  describe(`jobs on ${stores.kind}`, () => {
    sendTests(stores);
    scheduleTests(stores);
    endTests(stores);
  });
}

function sendTests({ open }: JobStores): void {
  test("all that is sent is done once, one at a time, whoever works on it", async () => {
    const stores = await open();
    const processes = await Promise.all(stores.map(start));
    const seen: JobData[] = [];
    let running = 0;
    let most = 0;
    for (const { jobs } of processes) {
      await jobs.work("export/orders", async (data) => {
        running += 1;
        most = Math.max(most, running);
        await sleep(20);
        running -= 1;
        seen.push(data);
      });
    }
    const sender = processes.at(-1)?.jobs ?? assert.fail("no process");
    for (let number = 0; number < 4; number++) {
      await sender.send("export/orders", { number });
      // Statements of the store go on meanwhile, on PGlite over the same connection.
      await stores[0]?.receive(delivery(String(number)), [live(order(String(number)))], null);
    }
    await until("four jobs", () => seen.length >= 4);
    await sleep(100);
    assert.deepEqual(
      seen.map(({ number }) => Number(number)).toSorted((a, b) => a - b),
      [0, 1, 2, 3],
    );
    assert.equal(most, 1);
    assert.deepEqual(
      processes.flatMap(({ errors }) => errors),
      [],
    );
    await Promise.all(processes.map(({ jobs }) => jobs.stop()));
    assert.equal((await stores[0]?.work({}, 10))?.length, 4, "the store is still open");
  });
}

function scheduleTests({ open }: JobStores): void {
  test("a schedule sends one job a turn over all processes, and goes when it is no longer wanted", async () => {
    const stores = await open();
    const processes = await Promise.all(stores.map(start));
    let turns = 0;
    const minutes = new Set<number>();
    for (const { jobs } of processes) {
      await jobs.work("retention", async () => {
        turns += 1;
        minutes.add(Math.floor(Date.now() / 60_000));
      });
      await jobs.schedule("retention", "* * * * *", "Europe/Berlin");
      await jobs.schedule("stock-sweep/shop-eu", "30 3 * * *", "Europe/Berlin");
    }
    await until("a turn", () => turns > 0);
    await sleep(2_500);
    // A turn may be carried out in the minute after its own.
    assert.ok(turns <= minutes.size + 1 && turns <= 2, `${turns} turns in ${minutes.size} minutes`);
    const names = async () =>
      (await stores[0]?.query(`select name from ${JOBS_SCHEMA}.schedule order by name`))?.rows.map(({ name }) => name);
    assert.deepEqual(await names(), ["retention", "stock-sweep/shop-eu"]);
    await processes[0]?.jobs.keepSchedules(["stock-sweep/shop-eu"]);
    assert.deepEqual(await names(), ["stock-sweep/shop-eu"]);
    await Promise.all(processes.map(({ jobs }) => jobs.stop()));
  });
}

function endTests({ open }: JobStores): void {
  test("what a job throws is told; stopping tells a running job to end and waits for it", async () => {
    const [store = assert.fail("no store")] = await open();
    const { jobs, errors } = await start(store);
    await jobs.work("breaks", async () => {
      throw new Error("no disk");
    });
    let state = "waiting";
    await jobs.work("long", async (_, signal) => {
      state = "running";
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      await sleep(50);
      state = "ended";
    });
    await jobs.send("breaks");
    await jobs.send("long");
    await until("both to start", () => errors.length > 0 && state === "running");
    assert.match(errors[0]?.message ?? "", /^The job breaks failed: no disk$/);
    await jobs.stop();
    assert.equal(state, "ended");
  });
}
