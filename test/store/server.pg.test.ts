/** What only a server can do: go away and come back, be shared, be migrated by several at once. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { StoreUnavailableError } from "../../src/core/ports/store.ts";
import { MIGRATION_NAMES, MigrationError } from "../../src/store/migrate.ts";
import { claimSome, finishAll, LANES, LEASE_MS, LIMITS, live, order, resultsOf } from "./fixtures.ts";
import { killSuite } from "./kill-suite.ts";
import { administer, postgresStores } from "./opened-stores.ts";
import { TcpGate } from "./tcp-gate.ts";

const WAKE_MS_MAX = 5_000;
const stores = postgresStores();
after(() => stores.close());

killSuite({ kind: "postgres", place: stores.database, open: (url) => stores.open(url) });

test("several processes that start at once on a new database all find it migrated", async () => {
  const url = await stores.bareDatabase();
  const opened = await Promise.all(Array.from({ length: 6 }, () => stores.open(url, { poolMax: 2 })));
  await opened[0]?.mark([live(order("1"))]);
  assert.equal((await opened[5]?.work({}, 10))?.length, 1);
  const names = await administer(url, "select name from stockbridge.migrations order by name");
  assert.deepEqual(
    names.map(({ name }) => name),
    MIGRATION_NAMES,
  );
});

test("a database that a newer version has migrated is refused with a sentence", async () => {
  const url = await stores.database();
  await administer(url, "insert into stockbridge.migrations values ('9999-later', now())");
  await assert.rejects(stores.open(url), (error) => {
    assert.ok(error instanceof MigrationError);
    assert.match(error.message, /does not fit this version of Stockbridge: .*9999-later/);
    return true;
  });
});

test("a hint by one process wakes the others at once", async () => {
  const url = await stores.database();
  const [here, there] = [await stores.open(url), await stores.open(url)];
  const { signal } = new AbortController();
  await until(
    async () => (await administer(url, "select 1 from pg_stat_activity where query like 'listen%'")).length >= 2,
  );
  assert.equal(await there.claim(LANES, LIMITS, LEASE_MS), null);
  // The listener's own start wakes once.
  await there.waitForWork(100, signal);
  assert.equal(await there.claim(LANES, LIMITS, LEASE_MS), null);
  const startedMs = performance.now();
  const waiting = there.waitForWork(WAKE_MS_MAX, signal);
  await here.mark([live(order("1"))]);
  await waiting;
  assert.ok(performance.now() - startedMs < WAKE_MS_MAX);
  await finishAll(there, await claimSome(there));
});

test("while the database is away every call says so; afterwards everything goes on, notifications too", async () => {
  const direct = await stores.database();
  const gate = new TcpGate(direct);
  const store = await stores.open(await gate.open());
  const other = await stores.open(direct);
  await store.mark([live(order("1"))]);
  const claim = await claimSome(store);
  await gate.shut();
  for (let tries = 0; tries < 3; tries++) {
    await assert.rejects(store.mark([live(order("2"))]), StoreUnavailableError);
    await assert.rejects(store.claim(LANES, LIMITS, LEASE_MS), StoreUnavailableError);
    await assert.rejects(store.commit(claim, resultsOf(claim, { kind: "done" })), StoreUnavailableError);
    await assert.rejects(store.activities({}, 1), StoreUnavailableError);
    await store.waitForWork(10, new AbortController().signal);
  }
  await gate.open();
  await finishAll(store, claim);
  await until(
    async () => (await administer(direct, "select 1 from pg_stat_activity where query like 'listen%'")).length >= 2,
  );
  assert.equal(await store.claim(LANES, LIMITS, LEASE_MS), null);
  await store.waitForWork(100, new AbortController().signal);
  assert.equal(await store.claim(LANES, LIMITS, LEASE_MS), null);
  const startedMs = performance.now();
  const waiting = store.waitForWork(WAKE_MS_MAX, new AbortController().signal);
  await other.mark([live(order("2"))]);
  await waiting;
  assert.ok(performance.now() - startedMs < WAKE_MS_MAX, "the listener is back");
  await gate.shut();
});

test("a connection that is cut inside a transaction rolls it back and is not used again", async () => {
  const direct = await stores.database();
  const gate = new TcpGate(direct);
  const store = await stores.open(await gate.open(), { poolMax: 1, notify: false });
  const cut = store.context.db.transaction().execute(async (trx) => {
    await sql`insert into stockbridge.cursors values ('a', 'b', 0)`.execute(trx);
    gate.cut();
    await sleep(50);
    await sql`select 1`.execute(trx);
  });
  await assert.rejects(cut, StoreUnavailableError);
  assert.equal(await store.cursor("a"), null);
  await gate.shut();
});

test("a transaction that stands still is ended by the server, and its rows are free", async () => {
  const url = await stores.database();
  const store = await stores.open(url, { idleInTransactionMs: 200, notify: false });
  const other = await stores.open(url, { notify: false });
  await store.mark([live(order("1"))]);
  const stuck = store.context.db.transaction().execute(async (trx) => {
    await sql`select 1 from stockbridge.work for update`.execute(trx);
    await sleep(700);
    await sql`delete from stockbridge.work`.execute(trx);
  });
  const settled = assert.rejects(stuck, StoreUnavailableError);
  await sleep(100);
  assert.equal(await other.claim(LANES, LIMITS, LEASE_MS), null, "locked rows are passed over");
  await other.mark([live(order("1"))]);
  assert.equal((await claimSome(other)).keys[0]?.gen, 2);
  await settled;
});

test("groups of hints in any order never end in a deadlock", async () => {
  const url = await stores.database();
  const opened = await Promise.all([1, 2, 3].map(() => stores.open(url, { poolMax: 4, notify: false })));
  const ids = Array.from({ length: 40 }, (_, index) => String(index));
  const rounds = Array.from({ length: 60 }, async (_, round) => {
    const shuffled = ids.toSorted((a, b) => ((Number(a) * 7 + round) % 11) - ((Number(b) * 7 + round) % 11));
    await opened[round % 3]?.mark(shuffled.map((id) => live(order(id))));
  });
  await Promise.all(rounds);
  const items = (await opened[0]?.work({}, 100)) ?? [];
  assert.deepEqual([...new Set(items.map(({ gen }) => gen))], [60]);
  assert.equal(items.length, 40);
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await holds()) return;
    await sleep(50);
  }
  assert.fail("it did not happen");
}
