/**
 * Success or an expected failure, as a value. Thrown errors are bugs (or a lost lease), never business.
 */
import type { Failure } from "./failures.ts";

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function fail<T = never>(failure: Failure): Result<T> {
  return { ok: false, failure };
}
