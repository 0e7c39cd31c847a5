/**
 * `npm run bench -- <name> [--json] [--quick] [--size N]`: runs one benchmark (`all`: every one) and prints its figures
 * with the machine they were taken on. Ends with 1 when a check failed; no check depends on how fast the machine is.
 * `all --quick` leaves out what needs a real Odoo. With --json the last line is one JSON document.
 */
import { constants } from "node:os";
import { parseArgs } from "node:util";
import { rounded, type Benchmark, type BenchmarkOptions, type Check, type Figure } from "./benchmark.ts";
import { machineLine, thisMachine } from "./machine.ts";
import { odooOrders } from "./orders/odoo-orders.ts";
import { shopifySweep } from "./shopify/shopify-sweep.ts";
import { stockLatency } from "./stock/stock-latency.ts";
import { stockSweep } from "./stock/stock-sweep.ts";
import { webhooks } from "./webhooks/webhooks.ts";

const BENCHMARKS: readonly Benchmark[] = [webhooks, stockSweep, shopifySweep, stockLatency, odooOrders];
const SIZE_MAX = 1_000_000;

interface Ran {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly figures: readonly Figure[];
  readonly checks: readonly Check[];
}

function usage(problem: string, code = 2): never {
  const names = BENCHMARKS.map(({ name, promise }) => `  ${name.padEnd(14)} ${promise}`).join("\n");
  const write = code === 0 ? console.log : console.error;
  write(
    `${problem}\n\nusage: npm run bench -- <name> [--json] [--quick] [--size N]\n${names}\n  all            every one`,
  );
  process.exit(code);
}

function given() {
  const flag = { type: "boolean" } as const;
  const options = { json: flag, quick: flag, help: { ...flag, short: "h" }, size: { type: "string" } } as const;
  try {
    return parseArgs({ options, allowPositionals: true, strict: true });
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
}

function chosen(): { benchmarks: readonly Benchmark[]; json: boolean; quick: boolean; size: number | null } {
  const { values, positionals } = given();
  if (values.help === true) usage("Runs one benchmark and prints its figures.", 0);
  const [name] = positionals;
  if (name === undefined || positionals.length > 1) usage("One name is needed.");
  const quick = values.quick ?? false;
  const size = values.size === undefined ? null : Number(values.size);
  if (size !== null && !(Number.isInteger(size) && size >= 1 && size <= SIZE_MAX))
    usage(`--size must be 1 to ${SIZE_MAX}.`);
  const all = BENCHMARKS.filter(({ standsAlone }) => standsAlone || !quick);
  const benchmarks = name === "all" ? all : BENCHMARKS.filter((benchmark) => benchmark.name === name);
  if (benchmarks.length === 0) usage(`There is no benchmark ${name}.`);
  return { benchmarks, json: values.json ?? false, quick, size };
}

async function runOne(benchmark: Benchmark, options: BenchmarkOptions): Promise<Ran> {
  const startedMs = performance.now();
  options.progress(`== ${benchmark.name}: ${benchmark.promise}`);
  const { figures, checks, versions } = await benchmark.run(options);
  if (checks.length === 0) throw new Error(`${benchmark.name} checked nothing`);
  const seconds = Number(((performance.now() - startedMs) / 1_000).toFixed(1));
  return { name: benchmark.name, passed: checks.every(({ passed }) => passed), seconds, versions, figures, checks };
}

function print(ran: Ran): void {
  console.log(`\n${ran.name} (${ran.seconds} s)`);
  console.log(`  ${machineLine(thisMachine(), ran.versions)}`);
  const width = Math.max(...ran.figures.map(({ name }) => name.length));
  for (const { name, value, unit } of ran.figures) console.log(`  ${name.padEnd(width)}  ${rounded(value)} ${unit}`);
  for (const { name, passed, found } of ran.checks) console.log(`  ${passed ? "ok    " : "FAILED"} ${name}: ${found}`);
}

// An interrupted run still ends what it started: the listeners of its servers and processes act when this one exits.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => process.exit(128 + constants.signals[signal]));
}

const { benchmarks, json, quick, size } = chosen();
const progress = (line: string): void => console.error(line);
const ran: Ran[] = [];
for (const benchmark of benchmarks) {
  ran.push(await runOne(benchmark, { quick, size, progress }));
  print(ran.at(-1) as Ran);
}
const passed = ran.every((one) => one.passed);
if (json) console.log(JSON.stringify({ passed, quick, machine: thisMachine(), benchmarks: ran }));
process.exitCode = passed ? 0 : 1;
