/** An assertion for models and helpers of tests. */
export function must(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`not so: ${message}`);
}
