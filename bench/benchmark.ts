/**
 * What a benchmark is: a name, what it promises, and an outcome of figures and checks. Figures depend on the machine and
 * judge nothing; checks are counts, or ratios to a bare loop or to the fewest possible calls of the same run.
 */
export interface BenchmarkOptions {
  /** Tiny sizes, for a smoke test: counts are judged, ratios and speeds are only shown. */
  readonly quick: boolean;
  /** Overrides the benchmark's main size (orders, variants, ...); null: its own. */
  readonly size: number | null;
  /** Tells what is being done; lines go to standard error. */
  readonly progress: (line: string) => void;
}

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

export interface Check {
  readonly name: string;
  readonly passed: boolean;
  /** What was found beside what was wanted. */
  readonly found: string;
}

export interface Outcome {
  readonly figures: readonly Figure[];
  readonly checks: readonly Check[];
  /** Versions of what was measured against: `PostgreSQL` -> `15.18`. */
  readonly versions: Readonly<Record<string, string>>;
}

export interface Benchmark {
  readonly name: string;
  readonly promise: string;
  /** False: it is left out of `all --quick`, since it needs a real Odoo. */
  readonly standsAlone: boolean;
  run(options: BenchmarkOptions): Promise<Outcome>;
}

export function figure(name: string, value: number, unit: string): Figure {
  return { name, value, unit };
}

/** `actual` must be exactly `wanted`. */
export function checkEqual(name: string, actual: number, wanted: number): Check {
  return { name, passed: actual === wanted, found: `${actual}, wanted ${wanted}` };
}

export function checkAtLeast(name: string, actual: number, least: number): Check {
  return { name, passed: actual >= least, found: `${rounded(actual)}, wanted at least ${least}` };
}

export function checkAtMost(name: string, actual: number, most: number): Check {
  return { name, passed: actual <= most, found: `${rounded(actual)}, wanted at most ${most}` };
}

/** Three significant digits, whole numbers in full. */
export function rounded(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
