/**
 * The full comparison of a Shopify shop of two locations of which few levels differ, and their correction: the points that the
 * shop counts, beside those of a bare script that does the same in the same run, and how long that takes at the rate of the
 * smallest plan and of Plus. Both shop and Odoo are simulated, and the time is virtual.
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
import { openShop, totalOf, type ShopSide, type Spent } from "./shop-side.ts";

const VARIANTS = 20_000;
const DIFFERENT = 500;
/** More than the hub reads page by page, so that the bulk operation is run as well. */
const VARIANTS_QUICK = 1_200;
const DIFFERENT_QUICK = 50;
const MEASURED: readonly Plan[] = ["standard", "plus"];
/** The hub reads again what it is about to write, and whoever carries the same SKUs; the bare script trusts the file. */
const POINTS_RATIO_MAX = 5;
const THROTTLED_MAX = 2;
const START_MS = Date.parse("2026-11-21T08:00:00Z");
const MS_PER_SECOND = 1_000;

export const shopifySweep: Benchmark = {
  name: "shopify-sweep",
  promise:
    "a full stock comparison of a Shopify shop: points beside the fewest possible, time at 100 and 1,000 a second",
  standsAlone: true,
  run,
};

interface Measured {
  readonly plan: Plan;
  readonly hub: HubRun;
  readonly spent: Spent;
  readonly side: ShopSide;
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
  for (const plan of MEASURED) {
    const one = await measure(catalog, plan);
    measured.push(one);
    progress(
      `${rateOf(plan)}: ${one.spent.points} points, corrected after ${seconds(one.hub.correctedMs)} s of the shop`,
    );
  }
  return {
    versions: { "Shopify API": `${API_VERSION} (simulated)`, Odoo: "19 (simulated)", PGlite: "in process" },
    figures: [
      figure("fewest possible points", fewest.points, `(in ${fewest.calls} calls)`),
      ...measured.flatMap((one) => figuresOf(catalog, one, fewest)),
    ],
    checks: measured.flatMap((one) => checksOf(catalog, one, fewest, quick)),
  };
}

async function measure(catalog: LevelCatalog, plan: Plan): Promise<Measured> {
  const time = timeFrom();
  const [side, odoo] = [openShop(catalog, plan, time.clock), await openOdoo(catalog, time.clock)];
  const startedMs = performance.now();
  const hub = await runHub(catalog, side, odoo, time);
  const realMs = performance.now() - startedMs;
  const { unsupported } = side.shop;
  if (unsupported.length > 0) throw new Error(`the simulated Shopify does not do ${unsupported.join(", ")}`);
  return { plan, hub, spent: totalOf(side.ledger), side, different: side.different(), realMs };
}

function timeFrom(): VirtualTime {
  return createVirtualTime({ startMs: START_MS, random: createRandom("shopify-sweep-time") });
}

function rateOf(plan: Plan): string {
  return `${PLANS[plan]} points/s`;
}

function seconds(ms: number): number {
  return Number((ms / MS_PER_SECOND).toFixed(1));
}

function figuresOf(catalog: LevelCatalog, { plan, hub, spent, side, realMs }: Measured, fewest: Spent): Figure[] {
  const at = rateOf(plan);
  const operations = [...side.ledger.operations]
    .toSorted(([, a], [, b]) => b.points - a.points)
    .map(([name, { calls, points }]) => figure(`${at}: of these ${name}`, points, `(in ${calls} calls)`));
  return [
    figure(`${at}: points spent`, spent.points, `(in ${spent.calls} calls; ${catalog.variants} variants)`),
    ...operations,
    figure(`${at}: points beside the fewest possible`, spent.points / fewest.points, "x"),
    figure(`${at}: these points alone take`, spent.points / PLANS[plan], "s"),
    figure(`${at}: throttled answers`, spent.throttled, ""),
    figure(`${at}: compared in`, seconds(hub.sweptMs), "s of the shop's time"),
    figure(`${at}: compared and corrected in`, seconds(hub.correctedMs), "s of the shop's time"),
    figure(`${at}: real time, both simulated sides included`, seconds(realMs), "s"),
    figure(`${at}: heap when the bulk file is ready, both simulated sides included`, hub.heapStartMb, "MB"),
    figure(`${at}: heap at its peak`, hub.heapPeakMb, "MB"),
  ];
}

function checksOf(catalog: LevelCatalog, one: Measured, fewest: Spent, quick: boolean): Check[] {
  const { plan, hub, spent, side, different } = one;
  const at = rateOf(plan);
  const times = [...side.ledger.written.values()];
  const ratio = checkAtMost(`${at}: points beside the fewest possible`, spent.points / fewest.points, POINTS_RATIO_MAX);
  return [
    checkEqual(`${at}: variants compared`, hub.report.checked, catalog.variants),
    checkEqual(`${at}: differences reported`, hub.report.differences.length, catalog.different),
    checkEqual(`${at}: levels written`, times.length, catalog.different),
    checkEqual(`${at}: levels written more than once`, times.filter((count) => count > 1).length, 0),
    checkEqual(`${at}: levels of ${catalog.variants * PLACES.length} still different`, different, 0),
    checkEqual(`${at}: left to do`, hub.left, 0),
    checkEqual(`${at}: points that the shop counted`, side.shop.spent().points, spent.points),
    checkAtMost(`${at}: throttled answers`, spent.throttled, THROTTLED_MAX),
    ...(quick ? [] : [ratio]),
  ];
}
