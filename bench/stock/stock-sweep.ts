/**
 * The full comparison of a large catalog of which few variants differ, and their correction, against endpoints over HTTP that
 * answer at once: calls made beside the fewest possible, CPU and peak memory of the hub in a process of its own, and how
 * both grow when the catalog is five times as large.
 */
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
import { startHub } from "../hub/client.ts";
import { SHOP } from "../hub/messages.ts";
import { openBenchPostgres } from "../postgres.ts";
import { Catalog } from "./catalog.ts";
import { linkAll, openWork } from "./links.ts";
import { serveOdoo, WAREHOUSE } from "./odoo-endpoint.ts";
import { serveShop } from "./shop-endpoint.ts";

const VARIANTS = 20_000;
const DIFFERENT = 500;
const VARIANTS_QUICK = 2_000;
const DIFFERENT_QUICK = 50;
const GROWTH = 5;
/** WooCommerce's own limits. */
const PAGE_ITEMS = 100;
const BATCH_ITEMS = 100;
/** Reads before and after each write are what a correct write costs; more than this beside the fewest is waste. */
const CALLS_RATIO_MAX = 1.1;
const RSS_MB_MAX = 300;
const TIME_GROWTH_MAX = 1.5;
const MEMORY_GROWTH_MAX = 1.5;
const CORRECTED_MS_MAX = 5 * 60_000;
const LOOK_EVERY_MS = 100;
const BYTES_PER_MB = 1024 ** 2;

export const stockSweep: Benchmark = {
  name: "stock-sweep",
  promise: "a full stock comparison: calls beside the fewest possible, CPU, memory, and its growth",
  standsAlone: true,
  run,
};

interface Sweep {
  readonly variants: number;
  readonly different: number;
  readonly sweepMs: number;
  readonly wholeMs: number;
  readonly cpuMs: number;
  readonly rssPeakMb: number;
  readonly rssStartMb: number;
  readonly shop: { readonly pages: number; readonly reads: number; readonly writes: number; readonly items: number };
  readonly odoo: { readonly products: number; readonly quants: number; readonly other: number };
  readonly reported: number;
  readonly left: number;
}

async function run(options: BenchmarkOptions): Promise<Outcome> {
  const size = options.size ?? (options.quick ? VARIANTS_QUICK : VARIANTS);
  const different = Math.min(options.quick ? DIFFERENT_QUICK : DIFFERENT, size);
  const small = await sweep(size, different, options);
  const large = await sweep(size * GROWTH, different, options);
  const perVariant = (one: Sweep): number => one.sweepMs / one.variants;
  const timeGrowth = perVariant(large.sweep) / perVariant(small.sweep);
  const memoryGrowth = large.sweep.rssPeakMb / small.sweep.rssPeakMb;
  return {
    versions: { PostgreSQL: `${small.version} (fsync on)` },
    figures: [
      ...figuresOf(small.sweep),
      ...figuresOf(large.sweep),
      figure(`time a variant, ${large.sweep.variants} beside ${small.sweep.variants}`, timeGrowth, "x"),
      figure(`peak memory, ${large.sweep.variants} beside ${small.sweep.variants}`, memoryGrowth, "x"),
    ],
    checks: [
      ...checksOf(small.sweep),
      ...checksOf(large.sweep),
      checkAtMost("hub's peak memory in MB", small.sweep.rssPeakMb, RSS_MB_MAX),
      ...(options.quick
        ? []
        : [
            checkAtMost("growth of time a variant", timeGrowth, TIME_GROWTH_MAX),
            checkAtMost("growth of peak memory", memoryGrowth, MEMORY_GROWTH_MAX),
          ]),
    ],
  };
}

async function sweep(
  variants: number,
  different: number,
  { progress }: BenchmarkOptions,
): Promise<{ sweep: Sweep; version: string }> {
  const catalog = new Catalog(variants);
  const database = await openBenchPostgres();
  const [shop, odoo] = [await serveShop(catalog), await serveOdoo(catalog)];
  try {
    const hub = await startHub({
      shop: SHOP,
      store: { kind: "postgres", url: database.url },
      shopUrl: shop.url,
      odoo: odoo.given,
      roles: ["worker"],
      flows: ["stock"],
      warehouse: WAREHOUSE,
      taxes: {},
      journals: {},
    });
    await linkAll(database, catalog);
    catalog.setApart(different);
    const startedMs = performance.now();
    const report = await hub.sweep();
    const sweepMs = performance.now() - startedMs;
    const left = await whenCorrected(() => openWork(database));
    const wholeMs = performance.now() - startedMs;
    const usage = await hub.usage();
    await hub.stop();
    progress(
      `${variants} variants: swept in ${(sweepMs / 1_000).toFixed(1)} s, corrected after ${(wholeMs / 1_000).toFixed(1)} s`,
    );
    const found: Sweep = {
      variants,
      different,
      sweepMs,
      wholeMs,
      cpuMs: usage.cpuMs - hub.usageAtStart.cpuMs,
      rssPeakMb: usage.rssPeakBytes / BYTES_PER_MB,
      rssStartMb: hub.usageAtStart.rssBytes / BYTES_PER_MB,
      shop: { ...shop.calls },
      odoo: { ...odoo.calls },
      reported: report.different,
      left: left + catalog.different(),
    };
    return { sweep: found, version: database.version };
  } finally {
    await shop.close();
    await odoo.close();
    await database.stop();
  }
}

/** Waits until the list of work is empty; answers what is left when that takes too long. */
async function whenCorrected(open: () => Promise<number>): Promise<number> {
  const untilMs = performance.now() + CORRECTED_MS_MAX;
  for (;;) {
    const left = await open();
    if (left === 0 || performance.now() > untilMs) return left;
    await sleep(LOOK_EVERY_MS);
  }
}

function shopCalls({ pages, reads, writes }: Sweep["shop"]): number {
  return pages + reads + writes;
}

function fewest({ variants, different }: Sweep): number {
  return Math.ceil(variants / PAGE_ITEMS) + Math.ceil(different / BATCH_ITEMS);
}

function figuresOf(one: Sweep): Figure[] {
  const { variants, shop, odoo } = one;
  return [
    figure(
      `${variants} variants: shop calls`,
      shopCalls(shop),
      `(${shop.pages} pages, ${shop.reads} other reads, ${shop.writes} writes; fewest possible ${fewest(one)})`,
    ),
    figure(
      `${variants} variants: Odoo calls`,
      odoo.products + odoo.quants + odoo.other,
      `(${odoo.quants} of quants, ${odoo.products} of products, ${odoo.other} once a start or batch)`,
    ),
    figure(`${variants} variants: compared in`, one.sweepMs / 1_000, "s"),
    figure(`${variants} variants: compared and corrected in`, one.wholeMs / 1_000, "s"),
    figure(`${variants} variants: hub CPU`, one.cpuMs / 1_000, "s"),
    figure(`${variants} variants: hub's memory at start`, one.rssStartMb, "MB"),
    figure(`${variants} variants: hub's peak memory`, one.rssPeakMb, "MB"),
  ];
}

function checksOf(one: Sweep): Check[] {
  const { variants, different, shop } = one;
  return [
    checkEqual(`${variants} variants: pages read`, shop.pages, Math.ceil(variants / PAGE_ITEMS)),
    checkEqual(`${variants} variants: differences reported`, one.reported, different),
    checkEqual(`${variants} variants: quantities written`, shop.items, different),
    checkEqual(`${variants} variants: still different, or left to do`, one.left, 0),
    checkAtMost(
      `${variants} variants: shop calls beside the fewest possible`,
      shopCalls(shop) / fewest(one),
      CALLS_RATIO_MAX,
    ),
  ];
}
