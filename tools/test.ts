/**
 * `npm test`: the static checks, then every suite, one after the other, each under its heading. Ends with the line
 * `N passed, N failed` (and `, N skipped` when something was), and with 1 when anything failed or nothing ran.
 *
 * `npm test -- unit` runs one suite or check, `npm test -- path/to/x.test.ts` some files; `--verbose` names every test.
 * With CI=true or STOCKBRIDGE_REQUIRE_ALL=1 a missing need, an empty suite and a skipped test are failures.
 */
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { join, resolve } from "node:path";
import { CHECKS, runCheck, type CheckName } from "./check.ts";
import { odooCanStart, odooEnv, odooGiven, odooRunning, odooStart, type OdooMajor } from "./odoo.ts";
import { findPostgresBin, openPostgres, type Postgres } from "./postgres.ts";
import { missingSchema } from "./shopify-schema.ts";
import { filesOf, ROOT, suiteOf, SUITES, type Need, type Suite } from "./suites.ts";
import { runFiles, summary, type Counts } from "./test-run.ts";
import { unreachable } from "../src/core/exhaustive.ts";

const ODOOS: readonly OdooMajor[] = [19, 14];
const MINUTE_MS = 60_000;

interface Work {
  readonly checks: readonly CheckName[];
  /** The suites to run, each with its files. */
  readonly suites: ReadonlyMap<Suite, readonly string[]>;
  /** True when somebody named what to run: then a live suite may bring its Odoos up. */
  readonly named: boolean;
}

/** What the suites may not go without, as it is set up; `missing` says why it is not. */
interface Ready {
  readonly missing?: string;
}

const required = process.env["CI"] === "true" || process.env["STOCKBRIDGE_REQUIRE_ALL"] === "1";
const verbose = process.argv.includes("--verbose");
const started: Postgres[] = [];

async function main(): Promise<number> {
  const work = chosen(process.argv.slice(2).filter((word) => word !== "--verbose"));
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const notes: string[] = [];
  for (const name of work.checks) {
    heading(name);
    add(total, runCheck(name) ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 });
  }
  for (const [suite, files] of work.suites) {
    heading(`${suite.name}: ${suite.promise}`);
    const startMs = Date.now();
    const counts = await runSuite(suite, files, work.named, notes);
    add(total, counts);
    const minutes = ((Date.now() - startMs) / MINUTE_MS).toFixed(1);
    console.log(`${suite.name}: ${summary(counts)} in ${minutes} min (its share of CI: ${suite.ciMinutes} min)`);
  }
  for (const postgres of started) await postgres.stop();
  if (notes.length > 0) console.log(`\n${notes.join("\n")}`);
  if (total.passed + total.failed === 0) console.log("\nNo test was run, which counts as a failure.");
  console.log(`\n${summary(total)}`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}

/** Reads the words of the command line: names of checks and suites, and paths of test files. */
function chosen(words: readonly string[]): Work {
  if (words.length === 0) {
    const all = new Map(SUITES.map((suite) => [suite, filesOf(suite)]));
    return { checks: Object.keys(CHECKS) as CheckName[], suites: all, named: false };
  }
  const checks: CheckName[] = [];
  const suites = new Map<Suite, readonly string[]>();
  for (const word of words) {
    const suite = SUITES.find((candidate) => candidate.name === word);
    if (Object.hasOwn(CHECKS, word)) checks.push(word as CheckName);
    else if (suite !== undefined) suites.set(suite, filesOf(suite));
    else addFile(suites, word);
  }
  return { checks, suites, named: true };
}

function addFile(suites: Map<Suite, readonly string[]>, word: string): void {
  const file = [resolve(word), join(ROOT, word)].find((path) => path.endsWith(".test.ts") && existsSync(path));
  const suite = file === undefined ? undefined : suiteOf(file);
  if (file === undefined || suite === undefined) {
    const known = [...Object.keys(CHECKS), ...SUITES.map(({ name }) => name)].join(", ");
    console.error(`"${word}" is neither a test file nor one of: ${known}.`);
    process.exit(1);
  }
  suites.set(suite, [...(suites.get(suite) ?? []), file]);
}

async function runSuite(suite: Suite, files: readonly string[], named: boolean, notes: string[]): Promise<Counts> {
  if (files.length === 0) return notRun(suite, `the suite ${suite.name} has no test files`, notes);
  for (const need of suite.needs) {
    const { missing } = await ready(need, named);
    if (missing !== undefined) return notRun(suite, missing, notes);
  }
  const counts = await runFiles(
    files.map((file) => resolve(ROOT, file)),
    { root: ROOT, concurrency: suite.concurrency, timeoutMs: suite.fileMinutesMax * MINUTE_MS, verbose },
  );
  if (!required || counts.skipped === 0) return counts;
  console.log(`FAILED ${counts.skipped} tests were skipped, and here nothing may be.`);
  return { passed: counts.passed, failed: counts.failed + counts.skipped, skipped: 0 };
}

/** A suite that cannot run counts once: as skipped with its reason, or as failed where everything is required. */
function notRun(suite: Suite, reason: string, notes: string[]): Counts {
  const note = `${required ? "FAILED" : "SKIPPED"} ${suite.name}: ${reason}`;
  console.log(note);
  notes.push(note);
  return { passed: 0, failed: required ? 1 : 0, skipped: required ? 0 : 1 };
}

function ready(need: Need, named: boolean): Ready | Promise<Ready> {
  switch (need) {
    case "postgres":
      return readyPostgres();
    case "odoo":
      return readyOdoos(named);
    case "shopify-schema": {
      const missing = missingSchema();
      return missing === undefined ? {} : { missing };
    }
    default:
      return unreachable(need);
  }
}

/** One private cluster serves all suites of a run; tests find it under STOCKBRIDGE_TEST_POSTGRES_URL. */
async function readyPostgres(): Promise<Ready> {
  const given = process.env["STOCKBRIDGE_TEST_POSTGRES_URL"] ?? "";
  if (given !== "") return {};
  if (findPostgresBin() === undefined) {
    return {
      missing: "no PostgreSQL server is installed (Debian: apt-get install --no-install-recommends postgresql-15)",
    };
  }
  const postgres = await openPostgres({ fsync: false });
  started.push(postgres);
  process.env["STOCKBRIDGE_TEST_POSTGRES_URL"] = postgres.url;
  console.log(`PostgreSQL ${postgres.version} for these tests: ${postgres.url}`);
  return {};
}

/** Both Odoos, from the environment, as they run, or brought up where somebody asked for it. */
function readyOdoos(named: boolean): Ready {
  for (const major of ODOOS) {
    const found = odooGiven(major) ?? odooRunning(major);
    const odoo = found ?? ((named || required) && odooCanStart() ? odooStart(major) : undefined);
    if (odoo === undefined)
      return { missing: `no Odoo ${major} is running (start one: tools/odoo/odoo${major}.sh up)` };
    Object.assign(process.env, odooEnv(major, odoo));
    console.log(`Odoo ${major}: ${odoo.url}, database ${odoo.db}`);
  }
  return {};
}

function add(total: Counts, counts: Counts): void {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}

function heading(text: string): void {
  console.log(`\n== ${text}`);
}

// An interrupted run still ends its PostgreSQL: the cluster's own listener acts when this process exits.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => process.exit(128 + constants.signals[signal]));
}
process.exitCode = await main();
