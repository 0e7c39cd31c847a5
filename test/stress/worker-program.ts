/**
 * One of the stress test's processes: claims, looks at each key's value, sometimes fails, and commits what it saw together
 * with its fence. It is killed and stopped at any moment. Usage: worker-program.ts <database url> <scenario as JSON>
 */
import { WHOLE_SHOP } from "../../src/core/stock/shop-variant.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../src/app/system-clock.ts";
import { StoreUnavailableError, type Claim, type KeyResult } from "../../src/core/ports/store.ts";
import { openStore, type OpenedStore } from "../../src/store/open-store.ts";
import { activityOf, NO_SKU } from "../store/fixtures.ts";
import type { Scenario } from "./scenario.ts";

const IDLE_MS_MAX = 200;
const STORE_RETRY_MS = 50;
const RETRY_MS = 30;

const [url = "", scenarioText = "{}"] = process.argv.slice(2);
const scenario = JSON.parse(scenarioText) as Scenario;
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());

const store = await openStore({
  url,
  clock: systemClock,
  poolMax: 4,
  idleInTransactionMs: scenario.idleInTransactionMs,
});
await Promise.all(Array.from({ length: scenario.slots }, () => work(store)));
await store.close();

async function work(store: OpenedStore): Promise<void> {
  while (!stop.signal.aborted) {
    try {
      const claim = await store.claim(scenario.lanes, scenario.limits, scenario.leaseMs);
      if (claim === null) await store.waitForWork(IDLE_MS_MAX, stop.signal);
      else await run(store, claim);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      await sleep(STORE_RETRY_MS);
    }
  }
}

async function run(store: OpenedStore, claim: Claim): Promise<void> {
  const ids = claim.keys.map(({ id }) => id);
  const { rows } = await store.query("select id, value from witness.keys where connection = $1 and id = any($2)", [
    claim.connection,
    ids,
  ]);
  const values = new Map(rows.map(({ id, value }) => [String(id), Number(value)]));
  await sleep(Math.random() * scenario.runMsMax);
  if (Math.random() < scenario.beatShare) await store.beat(claim, scenario.leaseMs);
  const results = claim.keys.map(({ id, gen, attempt, trigger }): KeyResult => {
    const failed = Math.random() < scenario.failShare;
    const key = { flow: claim.flow, connection: claim.connection, id };
    const explanation = {
      locationId: WHOLE_SHOP,
      quantity: values.get(id) ?? -1,
      wrote: !failed,
      body: { fence: claim.fence.toString(), pid: process.pid },
    };
    const activity = activityOf(key, {
      status: failed ? "retrying" : "success",
      state: failed ? "failed" : "linked",
      attempt,
      trigger,
    });
    const finish = failed
      ? ({ kind: "retry", runAtMs: systemClock.nowMs() + RETRY_MS } as const)
      : ({ kind: "done" } as const);
    return { id, gen, finish, activity, failure: failed ? NO_SKU : null, links: [], explanations: [explanation] };
  });
  const lost = await store.commit(claim, results);
  if (lost.length > 0) {
    await store.query("insert into witness.refusals (fence, keys) values ($1, $2)", [
      claim.fence.toString(),
      lost.length,
    ]);
  }
}
