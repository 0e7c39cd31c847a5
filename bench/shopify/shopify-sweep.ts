/**
 * The full comparison of a Shopify shop of two locations of which few levels differ, and their correction: the points that the
 * shop counts, beside those of a bare script that does the same in the same run, and how long that takes at the rate of the
 * smallest plan and of Plus; and the same for the first comparison, which looks at every variant. Both shop and Odoo are
 * simulated, and the time is virtual.
 */
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
import { API_VERSION } from "../../src/connectors/shopify/api-version.ts";
import { createRandom } from "../../sim/random.ts";
import { PLANS, type Plan } from "../../sim/shopify/bucket.ts";
import { createVirtualTime, type VirtualTime } from "../../sim/virtual-clock.ts";
import { runBare } from "./bare-sweep.ts";
import { runHub, type HubRun } from "./hub-in-time.ts";
import { LevelCatalog, PLACES } from "./level-catalog.ts";
import { openOdoo } from "./odoo-side.ts";
import { openShop, totalOf, type Ledger, type Spent } from "./shop-side.ts";

const VARIANTS = 20_000;
const DIFFERENT = 500;
/** More than the hub reads page by page, so that the bulk operation is run as well. */
const VARIANTS_QUICK = 1_200;
const DIFFERENT_QUICK = 50;
/** `linked`: as after an earlier comparison. Else it is the first one: every variant is looked at, and linked. */
const RUNS: readonly RunPlan[] = [
  { linked: true, plan: "standard" },
  { linked: true, plan: "plus" },
  { linked: false, plan: "standard" },
  { linked: false, plan: "plus" },
];
/** The last one differs from the one before only in its time. */
const RUNS_QUICK = RUNS.slice(0, -1);
/** The hub reads again what it is about to write, and whoever carries the same SKUs; the bare script trusts the file. */
const POINTS_RATIO_MAX = 5;
/** Of a first comparison: each variant by its id, and whoever carries its SKU. */
const POINTS_A_VARIANT_MAX = 0.7;
const THROTTLED_MAX = 2;
const START_MS = Date.parse("2026-11-21T08:00:00Z");
const MS_PER_SECOND = 1_000;

interface RunPlan {
  readonly linked: boolean;
  readonly plan: Plan;
}

export const shopifySweep: Benchmark = {
  name: "shopify-sweep",
  promise:
    "a full stock comparison of a Shopify shop: points beside the fewest possible, time at 100 and 1,000 a second",
  standsAlone: true,
  run,
};

interface Measured extends RunPlan {
  readonly hub: HubRun;
  readonly spent: Spent;
  readonly ledger: Ledger;
  /** By the shop itself. */
  readonly countedPoints: number;
  /** Levels that do not show the truth at the end. */
  readonly different: number;
  readonly realMs: number;
}

async function run({ quick, size, progress }: BenchmarkOptions): Promise<Outcome> {
  const variants = size ?? (quick ? VARIANTS_QUICK : VARIANTS);
  const catalog = new LevelCatalog(variants, Math.min(quick ? DIFFERENT_QUICK : DIFFERENT, variants));
  const fewest = await runBare(catalog, timeFrom());
  progress(`the bare script spent ${fewest.points} points in ${fewest.calls} calls`);
  const measured: Measured[] = [];
  for (const planned of quick ? RUNS_QUICK : RUNS) {
    const one = await measure(catalog, planned);
    measured.push(one);
    const { spent, hub } = one;
    progress(`${nameOf(planned)}: ${spent.points} points, corrected after ${seconds(hub.correctedMs)} s of the shop`);
  }
  return {
    versions: { "Shopify API": `${API_VERSION} (simulated)`, Odoo: "19 (simulated)", PGlite: "in process" },
    figures: [
      figure("fewest possible points", fewest.points, `(in ${fewest.calls} calls)`),
      ...measured.flatMap((one) => figuresOf(catalog, one, fewest)),
    ],
    checks: measured.flatMap((one) => [...checksOf(catalog, one), ...(quick ? [] : [limitOf(catalog, one, fewest)])]),
  };
}

async function measure(catalog: LevelCatalog, { linked, plan }: RunPlan): Promise<Measured> {
  const time = timeFrom();
  const [side, odoo] = [openShop(catalog, plan, time.clock), await openOdoo(catalog, time.clock)];
  const startedMs = performance.now();
  const hub = await runHub(catalog, side, odoo, { time, linked });
  const realMs = performance.now() - startedMs;
  const { unsupported } = side.shop;
  if (unsupported.length > 0) throw new Error(`the simulated Shopify does not do ${unsupported.join(", ")}`);
  const { ledger, shop } = side;
  const countedPoints = shop.spent().points;
  return { linked, plan, hub, spent: totalOf(ledger), ledger, countedPoints, different: side.different(), realMs };
}

function timeFrom(): VirtualTime {
  return createVirtualTime({ startMs: START_MS, random: createRandom("shopify-sweep-time") });
}

function nameOf({ linked, plan }: RunPlan): string {
  return `${linked ? "" : "first, "}${PLANS[plan]} points/s`;
}

function seconds(ms: number): number {
  return Number((ms / MS_PER_SECOND).toFixed(1));
}

function figuresOf(catalog: LevelCatalog, one: Measured, fewest: Spent): Figure[] {
  const { linked, plan, hub, spent, ledger, realMs } = one;
  const at = nameOf(one);
  const operations = [...ledger.operations]
    .toSorted(([, a], [, b]) => b.points - a.points)
    .map(([name, { calls, points }]) => figure(`${at}: of these ${name}`, points, `(in ${calls} calls)`));
  const beside = linked
    ? figure(`${at}: points beside the fewest possible`, spent.points / fewest.points, "x")
    : figure(`${at}: points a variant`, spent.points / catalog.variants, "");
  return [
    figure(`${at}: points spent`, spent.points, `(in ${spent.calls} calls; ${catalog.variants} variants)`),
    ...operations,
    beside,
    figure(`${at}: these points alone take`, spent.points / PLANS[plan], "s"),
    figure(`${at}: throttled answers`, spent.throttled, ""),
    figure(`${at}: compared in`, seconds(hub.sweptMs), "s of the shop's time"),
    figure(`${at}: compared and corrected in`, seconds(hub.correctedMs), "s of the shop's time"),
    figure(`${at}: real time, simulated sides included`, seconds(realMs), "s"),
    figure(`${at}: heap when the bulk file is ready, simulated sides included`, hub.heapStartMb, "MB"),
    figure(`${at}: heap at its peak`, hub.heapPeakMb, "MB"),
  ];
}

function checksOf(catalog: LevelCatalog, one: Measured): Check[] {
  const { hub, spent, ledger, countedPoints, different } = one;
  const at = nameOf(one);
  const times = [...ledger.written.values()];
  return [
    checkEqual(`${at}: variants compared`, hub.report.checked, catalog.variants),
    checkEqual(`${at}: differences reported`, hub.report.differences.length, catalog.different),
    checkEqual(`${at}: levels written`, times.length, catalog.different),
    checkEqual(`${at}: levels written more than once`, times.filter((count) => count > 1).length, 0),
    checkEqual(`${at}: levels of ${catalog.variants * PLACES.length} still different`, different, 0),
    checkEqual(`${at}: left to do`, hub.left, 0),
    checkEqual(`${at}: points that the shop counted`, countedPoints, spent.points),
    checkAtMost(`${at}: throttled answers`, spent.throttled, THROTTLED_MAX),
  ];
}

function limitOf({ variants }: LevelCatalog, one: Measured, fewest: Spent): Check {
  const { linked, spent } = one;
  if (!linked) return checkAtMost(`${nameOf(one)}: points a variant`, spent.points / variants, POINTS_A_VARIANT_MAX);
  return checkAtMost(
    `${nameOf(one)}: points beside the fewest possible`,
    spent.points / fewest.points,
    POINTS_RATIO_MAX,
  );
}
