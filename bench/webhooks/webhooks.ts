/**
 * Durable acknowledgements: signed deliveries over real HTTP to one hub process, beside bare single-row inserts of the
 * same bodies into the same database, in turns. Then the hub is killed (-9) in mid-load, and every delivery that it had
 * acknowledged must be in the inbox, with its key marked.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  checkAtLeast,
  checkEqual,
  figure,
  type Benchmark,
  type BenchmarkOptions,
  type Check,
  type Figure,
  type Outcome,
} from "../benchmark.ts";
import { startHub, type HubProcess } from "../hub/client.ts";
import { SHOP, type HubProcessOptions, type StorePlaceGiven } from "../hub/messages.ts";
import { openBenchPostgres } from "../postgres.ts";
import { percentile, sum } from "../statistics.ts";
import { openStore } from "../../src/store/open-store.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { bareOnPglite, bareOnPostgres, type BareInserts } from "./bare-inserts.ts";
import { deliveries, type Delivery } from "./deliveries.ts";
import { load, type LoadResult } from "./load.ts";

/** As many at a time as a busy shop's server sends. */
const CONNECTIONS = 32;
const ROUNDS = 4;
const PHASE_MS = 5_000;
const WARM_UP_MS = 2_000;
const KILLS = 3;
const KILL_AFTER_MS = 1_500;
/** An acknowledgement is more than an insert (HTTP, signature, a mark, a hold): how much less it may reach of the bare loop. */
const RATIO_MIN = 0.25;

export const webhooks: Benchmark = {
  name: "webhooks",
  promise: "durable acknowledgements per second, on PostgreSQL and PGlite, none lost on kill -9",
  standsAlone: true,
  run,
};

interface Place {
  readonly label: string;
  readonly store: StorePlaceGiven;
  readonly bare: BareInserts;
}

interface Sizes {
  readonly rounds: number;
  readonly phaseMs: number;
  readonly warmUpMs: number;
  readonly kills: number;
  readonly killAfterMs: number;
}

const FULL: Sizes = {
  rounds: ROUNDS,
  phaseMs: PHASE_MS,
  warmUpMs: WARM_UP_MS,
  kills: KILLS,
  killAfterMs: KILL_AFTER_MS,
};
const QUICK: Sizes = { rounds: 1, phaseMs: 1_000, warmUpMs: 300, kills: 1, killAfterMs: 700 };

async function run(options: BenchmarkOptions): Promise<Outcome> {
  const postgres = await openBenchPostgres();
  const folder = mkdtempSync(join(tmpdir(), "stockbridge-bench-"));
  try {
    const onPostgres: Place = {
      label: "PostgreSQL",
      store: { kind: "postgres", url: postgres.url },
      bare: await bareOnPostgres(postgres.url, CONNECTIONS),
    };
    const onPglite: Place = {
      label: "PGlite",
      store: { kind: "pglite", directory: join(folder, "hub") },
      bare: await bareOnPglite(join(folder, "bare")),
    };
    const outcomes = [await measure(onPostgres, options), await measure(onPglite, options)];
    return {
      versions: { PostgreSQL: `${postgres.version} (fsync on)`, PGlite: "in process" },
      figures: outcomes.flatMap(({ figures }) => figures),
      checks: outcomes.flatMap(({ checks }) => checks),
    };
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function hubOptions(store: StorePlaceGiven): HubProcessOptions {
  const odoo = { url: "http://127.0.0.1:9", database: "none", user: "none", apiKey: "none-at-all" };
  const nowhere = { shopUrl: "http://127.0.0.1:9", odoo, warehouse: "WH", taxes: {}, journals: {} };
  return { shop: SHOP, store, ...nowhere, roles: ["web"], flows: ["order", "stock"] };
}

async function measure(place: Place, options: BenchmarkOptions): Promise<{ figures: Figure[]; checks: Check[] }> {
  const sizes = options.quick ? QUICK : FULL;
  const { label } = place;
  let hub = await startHub(hubOptions(place.store));
  const ids = numbers();
  await deliver(hub, `${label}-warm`, ids, sizes.warmUpMs);
  const rounds: { bare: number; result: LoadResult; ms: number; cpuMs: number }[] = [];
  for (let round = 1; round <= sizes.rounds; round += 1) {
    const bare = await insertBare(place.bare, `${label}-bare-${round}`, ids, sizes.phaseMs);
    const before = await hub.usage();
    const startedMs = performance.now();
    const result = await deliver(hub, `${label}-${round}`, ids, sizes.phaseMs);
    const ms = performance.now() - startedMs;
    const { cpuMs } = await hub.usage();
    rounds.push({ bare, result, ms, cpuMs: cpuMs - before.cpuMs });
    options.progress(
      `${label}, round ${round}: ${perSecond(result, ms).toFixed(0)} acknowledged/s, ${bare.toFixed(0)} bare inserts/s`,
    );
  }
  await place.bare.close();
  const acknowledged: Delivery[] = rounds.flatMap(({ result }) => result.acknowledged);
  const measured = acknowledged.length;
  let broken = 0;
  for (let kill = 1; kill <= sizes.kills; kill += 1) {
    const result = await killInMidLoad(hub, `${label}-kill-${kill}`, ids, sizes.killAfterMs);
    acknowledged.push(...result.acknowledged);
    broken += result.broken;
    hub = await startHub(hubOptions(place.store));
  }
  await hub.stop();
  const kept = await readBack(place.store, acknowledged);
  const latencies = rounds.flatMap(({ result }) => result.latenciesMs);
  const rate = measured / (sum(rounds.map(({ ms }) => ms)) / 1_000);
  const bare = sum(rounds.map((round) => round.bare)) / rounds.length;
  const refused = sum(rounds.flatMap(({ result }) => [...result.refused.values()]));
  return {
    figures: [
      figure(`${label}: acknowledged`, rate, "/s"),
      figure(`${label}: bare inserts`, bare, "/s"),
      figure(`${label}: acknowledged beside bare`, rate / bare, "x"),
      figure(`${label}: p50`, percentile(latencies, 50), "ms"),
      figure(`${label}: p99`, percentile(latencies, 99), "ms"),
      figure(`${label}: hub CPU a delivery`, sum(rounds.map(({ cpuMs }) => cpuMs)) / measured, "ms"),
      figure(`${label}: acknowledged in all`, acknowledged.length, "deliveries"),
      figure(`${label}: cut off by kill -9 before their answer`, broken, "deliveries"),
    ],
    checks: [
      checkEqual(`${label}: refused`, refused, 0),
      checkEqual(`${label}: acknowledged but not in the inbox after kill -9`, kept.missing, 0),
      checkEqual(`${label}: acknowledged but their key not marked`, kept.unmarked, 0),
      checkAtLeast(`${label}: deliveries under way when killed`, broken, 1),
      ...(options.quick ? [] : [checkAtLeast(`${label}: acknowledged beside bare inserts`, rate / bare, RATIO_MIN)]),
    ],
  };
}

function perSecond({ acknowledged }: LoadResult, ms: number): number {
  return acknowledged.length / (ms / 1_000);
}

/** First order ids of the phases, far enough apart never to meet. */
function* numbers(): Generator<number, never> {
  for (let first = 1_000_000; ; first += 1_000_000) yield first;
}

async function deliver(hub: HubProcess, prefix: string, ids: Iterator<number, never>, ms: number): Promise<LoadResult> {
  if (hub.webUrl === null) throw new Error("the hub has no web");
  const given = { url: hub.webUrl, path: `/webhooks/${SHOP}`, connections: CONNECTIONS };
  return load({ ...given, deliveries: deliveries(prefix, ids.next().value), signal: AbortSignal.timeout(ms) });
}

async function insertBare(
  bare: BareInserts,
  prefix: string,
  ids: Iterator<number, never>,
  ms: number,
): Promise<number> {
  const startedMs = performance.now();
  const inserted = await bare.run(deliveries(prefix, ids.next().value), ms);
  return inserted / ((performance.now() - startedMs) / 1_000);
}

async function killInMidLoad(
  hub: HubProcess,
  prefix: string,
  ids: Iterator<number, never>,
  afterMs: number,
): Promise<LoadResult> {
  const loading = deliver(hub, prefix, ids, afterMs * 10);
  await sleep(afterMs);
  await hub.kill();
  return loading;
}

/** Of what was acknowledged, how much is not there. */
async function readBack(
  place: StorePlaceGiven,
  acknowledged: readonly Delivery[],
): Promise<{ missing: number; unmarked: number }> {
  const where = place.kind === "postgres" ? { url: place.url } : { directory: place.directory };
  const store = await openStore({ ...where, clock: systemClock });
  try {
    const inbox = await store.query("select delivery_id from stockbridge.inbox");
    const marked = await store.query("select id from stockbridge.work where flow = 'order'");
    const kept = new Set(inbox.rows.map((row) => row["delivery_id"]));
    const keys = new Set(marked.rows.map((row) => row["id"]));
    return {
      missing: acknowledged.filter(({ deliveryId }) => !kept.has(deliveryId)).length,
      unmarked: acknowledged.filter(({ orderId }) => !keys.has(orderId)).length,
    };
  } finally {
    await store.close();
  }
}
