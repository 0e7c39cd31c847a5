/** Percentiles and medians of measured values. */

/** Nearest-rank percentile: the smallest value that at least `percent` of all are not above. Throws for an empty list. */
export function percentile(values: readonly number[], percent: number): number {
  if (percent <= 0 || percent > 100) throw new RangeError(`percentile ${percent}`);
  const sorted = Float64Array.from(values).sort();
  const value = sorted[Math.ceil((percent / 100) * sorted.length) - 1];
  if (value === undefined) throw new RangeError("no values to take a percentile of");
  return value;
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
