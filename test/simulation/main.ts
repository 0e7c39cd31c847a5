/**
 * `npm run sim -- --seed N [--all]` replays one world and prints its trace; `--all` shows every call of the store too.
 * `npm run sim -- --seeds 10000 [--from N]` runs many with a bar of progress, and prints each that failed with the
 * command that replays it. Ends with 1 when any world violated an invariant.
 */
import { parseArgs } from "node:util";
import { Presets, SingleBar } from "cli-progress";
import { openBench, runWorld, type Bench, type WorldResult } from "./world.ts";

export function replayCommand(seed: number): string {
  return `npm run sim -- --seed ${seed}`;
}

async function replay(bench: Bench, seed: number, all: boolean): Promise<number> {
  const result = await runWorld({ seed, bench });
  for (const line of result.trace.lines(all)) console.log(line);
  console.log(summary(result));
  return result.violations.length === 0 ? 0 : 1;
}

async function many(bench: Bench, from: number, count: number): Promise<number> {
  const bar = new SingleBar(
    {
      format: "{bar} {value}/{total} worlds, {failed} failed, {eta_formatted} left",
      hideCursor: true,
      noTTYOutput: true,
      notTTYSchedule: 10_000,
    },
    Presets.shades_classic,
  );
  let failed = 0;
  bar.start(count, 0, { failed: 0 });
  for (let seed = from; seed < from + count; seed += 1) {
    const result = await runWorld({ seed, bench });
    if (result.violations.length > 0) {
      failed += 1;
      console.log(`\n${summary(result)}\n  ${replayCommand(seed)}`);
    }
    bar.increment(1, { failed });
  }
  bar.stop();
  console.log(`${count - failed} of ${count} worlds kept every invariant.`);
  return failed === 0 ? 0 : 1;
}

function summary({ seed, violations, hash, events }: WorldResult): string {
  const what = `seed ${seed}: ${events.orders} orders, ${events.deaths} deaths, ${events.faults} faults, trace ${hash}`;
  return violations.length === 0
    ? `${what}: every invariant holds`
    : [`${what}: ${violations.length} violations`, ...violations.map((sentence) => `  ${sentence}`)].join("\n");
}

function whole(name: string, text: string | undefined, fallback: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`--${name} takes a whole number, not "${text ?? ""}"`);
  return process.exit(2);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      seed: { type: "string" },
      seeds: { type: "string" },
      from: { type: "string" },
      all: { type: "boolean", default: false },
    },
  });
  const bench = await openBench();
  const code =
    values.seeds === undefined
      ? await replay(bench, whole("seed", values.seed, 1), values.all)
      : await many(bench, whole("from", values.from, 1), whole("seeds", values.seeds, 500));
  await bench.store.close();
  process.exitCode = code;
}
