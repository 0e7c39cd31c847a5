/** Tells a database that cannot be used at the moment (wait and try again) from an error of ours (a bug). */
import { StoreUnavailableError } from "../core/ports/store.ts";

/** Connection exceptions, shutdown and start-up, out of resources, timed out, read-only while a standby takes over. */
const SQL_STATES = /^(?:08|53|57P0|25P0[34]|25006|57014|55P03)/;
const SYSTEM_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENOENT",
]);
/** The driver's own errors carry no code. */
const DRIVER_MESSAGES =
  /^(?:Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Cannot use a pool after calling end|Client has encountered a connection error|Client was closed|driver has already been destroyed|PGlite is clos)/;

/** Deadlocks and failed serialisations: the same transaction may simply be tried again. */
const RETRYABLE = new Set(["40P01", "40001"]);

export function isUnavailable(error: unknown): boolean {
  if (error instanceof StoreUnavailableError) return true;
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (code !== undefined && (SQL_STATES.test(code) || SYSTEM_CODES.has(code))) return true;
  return DRIVER_MESSAGES.test(error.message);
}

export function isRetryable(error: unknown): boolean {
  return error instanceof Error && RETRYABLE.has(codeOf(error) ?? "");
}

/** The error to throw on: StoreUnavailableError with its cause, or the error as it was. */
export function storeError(error: unknown): unknown {
  if (error instanceof StoreUnavailableError || !isUnavailable(error)) return error;
  const reason = error instanceof Error ? reasonOf(error) : String(error);
  return new StoreUnavailableError(`The store's database cannot be used at the moment: ${reason}`, { cause: error });
}

function reasonOf(error: Error): string {
  const code = codeOf(error);
  if (error.message !== "") return code === undefined ? error.message : `${error.message} (${code})`;
  return code ?? error.name;
}

function codeOf(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}
