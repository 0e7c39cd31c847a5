/**
 * From a change in Odoo to the shop's write: an automation's post as the hint, endpoints over HTTP that answer at once, the
 * hub (web and worker, PostgreSQL) in a process of its own; at 1 and at 100 changes a second, beside a bare loop that
 * reads and writes one change after the other.
 */
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import {
  checkAtMost,
  checkEqual,
  figure,
  type Benchmark,
  type BenchmarkOptions,
  type Check,
  type Figure,
  type Outcome,
} from "../benchmark.ts";
import { startHub, type HubProcess } from "../hub/client.ts";
import { AUTOMATION_SECRET, ERP, SHOP } from "../hub/messages.ts";
import { openBenchPostgres } from "../postgres.ts";
import { percentile } from "../statistics.ts";
import { Catalog } from "./catalog.ts";
import { keyRuns, linkAll, openWork } from "./links.ts";
import { serveOdoo, WAREHOUSE, type OdooEndpoint } from "./odoo-endpoint.ts";
import { serveShop, type ShopEndpoint } from "./shop-endpoint.ts";

interface Phase {
  readonly perSecond: number;
  readonly changes: number;
}

const FULL: readonly Phase[] = [
  { perSecond: 1, changes: 30 },
  { perSecond: 100, changes: 2_000 },
];
const QUICK: readonly Phase[] = [
  { perSecond: 1, changes: 3 },
  { perSecond: 100, changes: 100 },
];
const WARM_UP: Phase = { perSecond: 20, changes: 100 };
const BARE_CHANGES = 300;
const BARE_CHANGES_QUICK = 30;
/** The bare loop's calls: Odoo's warehouse and quants, the shop's variant, its write. */
const BARE_CALLS = 4;
/** The hub stores the hint, claims, reads links, holds and products too, writes, reads back, keeps why: so many bare loops it may take. */
const LATENCY_RATIO_MAX = 100;
const SETTLE_MS_MAX = 60_000;
const LOOK_EVERY_MS = 50;
const MS_PER_S = 1_000;

export const stockLatency: Benchmark = {
  name: "stock-latency",
  promise: "hint to shop write, p50 and p99, at 1 and at 100 changes a second",
  standsAlone: true,
  run,
};

interface Measured {
  readonly phase: Phase;
  readonly latenciesMs: readonly number[];
  readonly written: number;
  readonly refused: number;
  /** Looks at a key; a change that is looked at twice was hinted at twice, or missed once. */
  readonly runs: number;
  readonly calls: number;
  readonly left: number;
}

/** When each variant was changed, until the write of its number arrives. */
class Watch {
  readonly latenciesMs: number[] = [];
  written = 0;
  readonly #changedMs = new Map<number, { readonly atMs: number; readonly quantity: number }>();

  changed(index: number, quantity: number): void {
    this.#changedMs.set(index, { atMs: performance.now(), quantity });
  }

  arrived(index: number, quantity: number): void {
    this.written += 1;
    const change = this.#changedMs.get(index);
    if (change === undefined || change.quantity !== quantity) return;
    this.latenciesMs.push(performance.now() - change.atMs);
    this.#changedMs.delete(index);
  }

  get waiting(): number {
    return this.#changedMs.size;
  }

  reset(): void {
    this.latenciesMs.length = 0;
    this.written = 0;
    this.#changedMs.clear();
  }
}

interface World {
  readonly catalog: Catalog;
  readonly watch: Watch;
  readonly shop: ShopEndpoint;
  readonly odoo: OdooEndpoint;
  readonly hubUrl: string;
  readonly openWork: () => Promise<number>;
  readonly runs: () => Promise<number>;
  /** The next variant to change; each is changed once. */
  next: number;
}

async function run({ quick, progress }: BenchmarkOptions): Promise<Outcome> {
  const phases = quick ? QUICK : FULL;
  const bareChanges = quick ? BARE_CHANGES_QUICK : BARE_CHANGES;
  const changes = WARM_UP.changes + 2 * bareChanges + phases.reduce((total, phase) => total + phase.changes, 0);
  const catalog = new Catalog(changes);
  const watch = new Watch();
  const database = await openBenchPostgres();
  const shop = await serveShop(catalog, (index, quantity) => watch.arrived(index, quantity));
  const odoo = await serveOdoo(catalog);
  try {
    const hub = await startHub({
      shop: SHOP,
      store: { kind: "postgres", url: database.url },
      shopUrl: shop.url,
      odoo: odoo.given,
      roles: ["web", "worker"],
      flows: ["stock"],
      warehouse: WAREHOUSE,
      taxes: {},
      journals: {},
    });
    await linkAll(database, catalog);
    const world: World = {
      catalog,
      watch,
      shop,
      odoo,
      hubUrl: hub.webUrl ?? "",
      openWork: () => openWork(database),
      runs: () => keyRuns(database),
      next: 0,
    };
    await measure(world, WARM_UP);
    const bareMs = [...(await bare(world, hub, bareChanges))];
    const measured: Measured[] = [];
    for (const phase of phases) {
      progress(`${phase.changes} changes at ${phase.perSecond}/s`);
      measured.push(await measure(world, phase));
    }
    bareMs.push(...(await bare(world, hub, bareChanges)));
    await hub.stop();
    return outcome(measured, bareMs, database.version, quick);
  } finally {
    await shop.close();
    await odoo.close();
    await database.stop();
  }
}

function outcome(measured: readonly Measured[], bareMs: readonly number[], version: string, quick: boolean): Outcome {
  const bareP50 = percentile(bareMs, 50);
  const bareFigures = [
    figure("bare loop: p50", bareP50, "ms"),
    figure("bare loop: p99", percentile(bareMs, 99), "ms"),
    figure("bare loop: calls a change", BARE_CALLS, "calls"),
  ];
  return {
    versions: { PostgreSQL: `${version} (fsync on)` },
    figures: [...bareFigures, ...measured.flatMap((one) => figuresOf(one, bareP50))],
    checks: measured.flatMap((one) => checksOf(one, bareP50, quick)),
  };
}

function figuresOf({ phase, latenciesMs, calls }: Measured, bareP50: number): Figure[] {
  const at = `${phase.perSecond}/s`;
  if (latenciesMs.length === 0) return [];
  const p50 = percentile(latenciesMs, 50);
  return [
    figure(`${at}: p50`, p50, "ms"),
    figure(`${at}: p99`, percentile(latenciesMs, 99), "ms"),
    figure(`${at}: p50 beside the bare loop`, p50 / bareP50, "x"),
    figure(`${at}: calls a change`, calls / phase.changes, "calls"),
  ];
}

function checksOf(
  { phase, latenciesMs, written, refused, runs, left }: Measured,
  bareP50: number,
  quick: boolean,
): Check[] {
  const at = `${phase.perSecond}/s`;
  return [
    checkEqual(`${at}: hints refused`, refused, 0),
    checkEqual(`${at}: changes published`, latenciesMs.length, phase.changes),
    checkEqual(`${at}: quantities written`, written, phase.changes),
    checkEqual(`${at}: runs of keys`, runs, phase.changes),
    checkEqual(`${at}: left to do`, left, 0),
    ...(quick || latenciesMs.length === 0
      ? []
      : [checkAtMost(`${at}: p50 beside the bare loop`, percentile(latenciesMs, 50) / bareP50, LATENCY_RATIO_MAX)]),
  ];
}

function callsOf({ shop, odoo }: World): number {
  return (
    shop.calls.pages + shop.calls.reads + shop.calls.writes + odoo.calls.products + odoo.calls.quants + odoo.calls.other
  );
}

/** Changes at a steady pace, whatever the hub does with them; then waits until all have arrived and nothing is left. */
async function measure(world: World, { perSecond, changes }: Phase): Promise<Measured> {
  const { watch } = world;
  watch.reset();
  const agent = new Agent({ keepAlive: true });
  const callsBefore = callsOf(world);
  const runsBefore = await world.runs();
  const hints: Promise<number>[] = [];
  const startedMs = performance.now();
  for (let nth = 0; nth < changes; nth += 1) {
    const waitMs = startedMs + (nth * MS_PER_S) / perSecond - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    hints.push(change(world, agent));
  }
  const statuses = await Promise.all(hints);
  const left = await settled(world);
  agent.destroy();
  return {
    phase: { perSecond, changes },
    latenciesMs: [...watch.latenciesMs],
    written: watch.written,
    refused: statuses.filter((status) => status !== 200).length,
    runs: (await world.runs()) - runsBefore,
    calls: callsOf(world) - callsBefore,
    left,
  };
}

/** A sale in Odoo, and its automation's post. Answers the hub's status. */
function change(world: World, agent: Agent): Promise<number> {
  const index = take(world);
  const productId = world.catalog.productIdOf(index);
  const body = JSON.stringify({
    _action: "Send Webhook Notification(#7)",
    _id: productId,
    _model: "stock.quant",
    id: productId,
    product_id: productId,
  });
  const headers = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const sent = request(
      `${world.hubUrl}/webhooks/${ERP}/${AUTOMATION_SECRET}`,
      { method: "POST", agent, headers },
      (reply) => {
        reply.resume();
        reply.once("end", () => resolve(reply.statusCode ?? 0));
      },
    );
    sent.once("error", reject);
    sent.end(body);
  });
}

/** Changes the next variant's quantity in Odoo. */
function take(world: World): number {
  const index = world.next;
  world.next += 1;
  const quantity = (world.catalog.odoo[index] ?? 0) + 1;
  world.catalog.odoo[index] = quantity;
  world.watch.changed(index, quantity);
  return index;
}

async function settled({ watch, openWork: open }: World): Promise<number> {
  const untilMs = performance.now() + SETTLE_MS_MAX;
  for (;;) {
    const left = (await open()) + watch.waiting;
    if (left === 0 || performance.now() > untilMs) return left;
    await sleep(LOOK_EVERY_MS);
  }
}

/** By the hub process, whose worker has nothing to do meanwhile. */
async function bare(world: World, hub: HubProcess, changes: number): Promise<readonly number[]> {
  const indexes = Array.from({ length: changes }, () => take(world));
  const { catalog } = world;
  return hub.publishBare(
    indexes.map((index) => ({ sku: catalog.skuOf(index), productId: catalog.productIdOf(index) })),
  );
}
