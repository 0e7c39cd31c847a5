/**
 * The seeds that every change must survive, dealt to several test files so that they run side by side. A world that
 * fails prints its seed, what was violated, its trace, and the command that replays exactly it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { replayCommand } from "./main.ts";
import { openBench, runWorld, type WorldResult } from "./world.ts";

export const SEEDS_FIRST = 1;
export const SEEDS_COUNT = 500;
export const SHARDS = 2;
/** The end of a trace is where it went wrong; all of it comes with the command. */
const TRACE_LINES_SHOWN = 150;

interface KeptSeed {
  readonly seed: number;
  /** What it once found. */
  readonly found: string;
}

/** Seeds that once failed and were mended. */
export function keptSeeds(): readonly KeptSeed[] {
  return JSON.parse(readFileSync(join(import.meta.dirname, "seeds.json"), "utf8")) as KeptSeed[];
}

export function seedsOf(shard: number): readonly number[] {
  const all = Array.from({ length: SEEDS_COUNT }, (_, at) => SEEDS_FIRST + at);
  const kept = keptSeeds().map(({ seed }) => seed);
  return [...new Set([...kept, ...all])].filter((_, at) => at % SHARDS === shard);
}

/** Runs all seeds of a shard; answers a report for each that failed. */
export async function runShard(shard: number): Promise<{
  readonly ran: number;
  readonly failed: readonly string[];
  readonly deaths: number;
  readonly faults: number;
}> {
  const bench = await openBench();
  const failed: string[] = [];
  let [ran, deaths, faults] = [0, 0, 0];
  for (const seed of seedsOf(shard)) {
    const result = await runWorld({ seed, bench });
    ran += 1;
    deaths += result.events.deaths;
    faults += result.events.faults;
    if (result.violations.length > 0) failed.push(report(result));
  }
  await bench.store.close();
  return { ran, failed, deaths, faults };
}

export function report({ seed, violations, trace }: WorldResult): string {
  const lines = trace.lines(false);
  return [
    `seed ${seed} violated ${violations.length} invariants; replay it with: ${replayCommand(seed)}`,
    ...violations.map((sentence) => `  ${sentence}`),
    `the last of its ${lines.length} lines of trace:`,
    ...lines.slice(-TRACE_LINES_SHOWN).map((line) => `    ${line}`),
  ].join("\n");
}
