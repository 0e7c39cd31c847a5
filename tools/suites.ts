/**
 * The table of test suites: which files each runs, what it needs, how long it may take. A test file belongs to exactly
 * one suite, by its name.
 */
import { globSync } from "node:fs";
import { join, relative } from "node:path";

export const ROOT = join(import.meta.dirname, "..");

/** Something outside the repository that a suite cannot run without. */
export type Need = "postgres" | "odoo" | "shopify-schema";

export interface Suite {
  readonly name: string;
  readonly promise: string;
  /** Which files, by the end of their names or their folder. */
  readonly holds: (path: string) => boolean;
  readonly needs: readonly Need[];
  /** Test files at the same time. */
  readonly concurrency: number;
  /** A file that runs longer than this has failed. */
  readonly fileMinutesMax: number;
  /** The share of the 45 minutes of CI that the suite may use; it is reported beside the time it took. */
  readonly ciMinutes: number;
}

const isLive = (path: string) => path.startsWith("test/live/") && path.endsWith(".live.test.ts");
const isPostgres = (path: string) => path.endsWith(".pg.test.ts");
const isSimulation = (path: string) => path.endsWith(".sim.test.ts");
const isBench = (path: string) => path.endsWith(".bench.test.ts");

export const SUITES: readonly Suite[] = [
  {
    name: "unit",
    promise: "rules, parts and the repository's own order, without anything installed",
    holds: (path) => !isLive(path) && !isPostgres(path) && !isSimulation(path) && !isBench(path),
    needs: [],
    concurrency: 2,
    fileMinutesMax: 6,
    ciMinutes: 5,
  },
  {
    name: "postgres",
    promise: "store, queue and several processes on a real PostgreSQL",
    holds: isPostgres,
    needs: ["postgres"],
    concurrency: 1,
    fileMinutesMax: 5,
    ciMinutes: 7,
  },
  {
    name: "simulation",
    promise: "the whole hub against simulated shops and Odoo, with faults, from seeds",
    holds: isSimulation,
    needs: ["shopify-schema"],
    concurrency: 2,
    fileMinutesMax: 30,
    ciMinutes: 16,
  },
  {
    name: "bench-smoke",
    promise: "benchmarks with tiny sizes: their counts, not their speed",
    holds: isBench,
    needs: ["postgres"],
    concurrency: 1,
    fileMinutesMax: 5,
    ciMinutes: 2,
  },
  {
    name: "live",
    promise: "the whole flow into a real Odoo 19 and a real Odoo 14",
    holds: isLive,
    needs: ["postgres", "odoo", "shopify-schema"],
    concurrency: 1,
    fileMinutesMax: 25,
    ciMinutes: 20,
  },
];

/** Every test file of the repository, as paths from its root with forward slashes, in order. */
export function testFiles(): string[] {
  const found = globSync("{src,sim,test,tools,bench}/**/*.test.ts", { cwd: ROOT });
  return found.map((path) => path.replaceAll("\\", "/")).toSorted();
}

export function filesOf(suite: Suite): string[] {
  return testFiles().filter((path) => suite.holds(path));
}

/** The suite a file belongs to; the path may be absolute or from the root. */
export function suiteOf(file: string): Suite | undefined {
  const path = relative(ROOT, join(ROOT, relative(ROOT, file))).replaceAll("\\", "/");
  return SUITES.find((suite) => suite.holds(path));
}
