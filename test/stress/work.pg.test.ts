/**
 * Four processes on one PostgreSQL: 5,000 hints over 200 keys while runs fail, workers are killed and stopped, and a
 * connection is paused. No two runs of a key overlap, no hint is lost, no stopped worker writes after it lost its keys,
 * limits and pauses hold at every claim, and everything is drained in the end.
 */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { after, test } from "node:test";
import { failure } from "../../src/core/failures.ts";
import { PRIORITY, type Key } from "../../src/core/key.ts";
import type { Mark } from "../../src/core/ports/store.ts";
import type { OpenedStore } from "../../src/store/open-store.ts";
import { administer, postgresStores } from "../store/opened-stores.ts";
import { SCENARIO, SHOPS } from "./scenario.ts";
import { installWitness, lostHints, violations } from "./witness.ts";

const PROCESSES = 4;
const HINTS = 5_000;
const KEYS_PER_SHOP = 100;
const HINTERS = 4;
const TROUBLE_EVERY_MS = 500;
const STOPPED_MS = 2 * SCENARIO.leaseMs;
const HINT_PACE_MS = 30;
const DRAIN_MS_MAX = 40_000;
const DEADLINE_MS = 85_000;
const PROGRAM = join(import.meta.dirname, "worker-program.ts");
const DOWN = failure(
  "CONNECTION_DOWN",
  { connection: SHOPS[1], reason: "connection refused" },
  { connection: SHOPS[1] },
);

const stores = postgresStores();
const children = new Set<ChildProcess>();
after(async () => {
  for (const child of children) child.kill("SIGKILL");
  await stores.close();
});

/** In turn; a process that is stopped is left alone. */
const TROUBLES = ["stop", "pause", "kill", "stop", "resume"] as const;

interface Troubles {
  kills: number;
  stops: number;
  pauses: number;
}

test("four processes under kill -9 and SIGSTOP", { timeout: DEADLINE_MS }, async (t) => {
  const url = await stores.database();
  await installWitness(url, SCENARIO.limits);
  const values = SHOPS.map((shop) => `select '${shop}', n::text from generate_series(1, ${KEYS_PER_SHOP}) n`);
  await administer(url, `insert into witness.keys (connection, id) ${values.join(" union all ")}`);
  const store = await stores.open(url, { poolMax: HINTERS + 2 });

  const workers = Array.from({ length: PROCESSES }, () => startWorker(url));
  const troubles: Troubles = { kills: 0, stops: 0, pauses: 0 };
  const hinting = new AbortController();
  const making = makeTrouble(url, store, workers, troubles, hinting.signal);
  await Promise.all(Array.from({ length: HINTERS }, (_, hinter) => sendHints(store, hinter)));
  hinting.abort();
  await making;

  await drained(store);
  await stopWorkers();
  const claims = await administer(
    url,
    "select count(*)::int as n, count(*) filter (where taken_over)::int as taken_over from witness.claims",
  );
  const refused = await administer(url, "select count(*)::int as n from witness.refusals");
  t.diagnostic(JSON.stringify({ ...troubles, claims: claims[0], refusedCommits: refused[0] }));

  assert.deepEqual(await violations(url), []);
  assert.deepEqual(await lostHints(url), []);
  assert.deepEqual(await store.work({}, 10), []);
  const hinted = await administer(url, "select sum(value)::int as n from witness.keys");
  assert.equal(hinted[0]?.["n"], HINTS);
  // Otherwise the test would have proven nothing.
  assert.ok(troubles.kills >= 3 && troubles.stops >= 5 && troubles.pauses >= 2, JSON.stringify(troubles));
  assert.ok(Number(claims[0]?.["taken_over"]) >= 5, "keys of dead workers were taken over");
  assert.ok(Number(refused[0]?.["n"]) >= 1, "a stopped worker tried to write after it had lost its keys");
  await assertWitnessSees(url);
});

function startWorker(url: string): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM, url, JSON.stringify(SCENARIO)], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

async function stopWorkers(): Promise<void> {
  const ended = [...children].map((child) => new Promise((resolve) => child.once("exit", resolve)));
  for (const child of children) child.kill("SIGTERM");
  await Promise.all(ended);
}

/** A key's value rises first, then the hint says: look. The hints of one call are for different keys. */
async function sendHints(store: OpenedStore, hinter: number): Promise<void> {
  let keys = randomKeys(1);
  for (let sent = 0; sent < HINTS / HINTERS;) {
    // Often the same keys again, so that many a last hint comes while its key's run is under way.
    if (Math.random() < 0.4) keys = randomKeys(1 + Math.floor(Math.random() * 5));
    keys = keys.slice(0, HINTS / HINTERS - sent);
    for (const { connection, id } of keys) {
      const raise = "update witness.keys set value = value + 1 where connection = $1 and id = $2";
      await store.query(raise, [connection, id]);
    }
    const marks = keys.map((key): Mark => ({ key, priority: PRIORITY.live, trigger: "webhook" }));
    if (Math.random() < 0.5) await store.mark(marks);
    else await store.receive(deliveryOf(hinter, sent), marks, null);
    sent += keys.length;
    await sleep(Math.random() * HINT_PACE_MS * 2);
  }
}

function randomKeys(count: number): Key[] {
  const keys = new Map<string, Key>();
  while (keys.size < count) {
    const connection = SHOPS[Math.floor(Math.random() * SHOPS.length)] ?? SHOPS[0];
    const id = String(1 + Math.floor(Math.random() * KEYS_PER_SHOP));
    keys.set(`${connection}/${id}`, { flow: "stock", connection, id });
  }
  return [...keys.values()];
}

function deliveryOf(hinter: number, sent: number) {
  return {
    connection: SHOPS[0],
    deliveryId: `${hinter}-${sent}`,
    topic: "product.updated",
    headers: {},
    raw: new Uint8Array([123, 125]),
    receivedAtMs: Date.now(),
  };
}

async function makeTrouble(
  url: string,
  store: OpenedStore,
  workers: ChildProcess[],
  troubles: Troubles,
  signal: AbortSignal,
): Promise<void> {
  const waking: Promise<void>[] = [];
  const stopped = new Set<ChildProcess>();
  for (let turn = 0; !signal.aborted; turn++) {
    await sleep(TROUBLE_EVERY_MS);
    const running = workers.filter((one) => !stopped.has(one));
    const worker = running[turn % running.length];
    const trouble = TROUBLES[turn % TROUBLES.length];
    if (trouble === "pause") {
      await store.pause(SHOPS[1], DOWN, Date.now() + 2 * TROUBLE_EVERY_MS);
      troubles.pauses += 1;
    } else if (trouble === "resume") await store.resume(SHOPS[1]);
    else if (worker === undefined || stopped.has(worker)) continue;
    else if (trouble === "kill") {
      worker.kill("SIGKILL");
      workers[workers.indexOf(worker)] = startWorker(url);
      troubles.kills += 1;
    } else {
      worker.kill("SIGSTOP");
      stopped.add(worker);
      troubles.stops += 1;
      waking.push(
        sleep(STOPPED_MS).then(() => {
          worker.kill("SIGCONT");
          stopped.delete(worker);
        }),
      );
    }
  }
  await Promise.all(waking);
  await store.resume(SHOPS[1]);
}

async function drained(store: OpenedStore): Promise<void> {
  const untilMs = Date.now() + DRAIN_MS_MAX;
  for (;;) {
    const left = await store.work({}, 5);
    if (left.length === 0) return;
    assert.ok(Date.now() < untilMs, `not drained: ${JSON.stringify(left)}`);
    await sleep(50);
  }
}

/** The witness itself must notice what it is there for. */
async function assertWitnessSees(url: string): Promise<void> {
  await administer(
    url,
    `insert into stockbridge.explanations (connection, variant_id, quantity, wrote, body, at_ms)
    values ('shop-eu', '1', 0, true, '{"fence":"1"}', 0)`,
  );
  await administer(
    url,
    `
    insert into stockbridge.work (flow, connection, id, next_at_ms, priority, trigger)
    select 'stock', 'shop-eu', n::text, 0, 0, 'webhook' from generate_series(1, 3) n;
    update stockbridge.work set fence = 1000000 + id::int, lease_until_ms = 99999999999999, touches = array['shop-eu', 'odoo'];
    update stockbridge.work set fence = 1`,
  );
  const found = await violations(url);
  for (const what of ["zombie", "overlap", "limit", "fence not above"]) {
    assert.ok(
      found.some((line) => line.startsWith(`${what}:`)),
      `the witness did not see: ${what}`,
    );
  }
}
