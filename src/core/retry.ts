/**
 * Decides what happens to a key after a failure. Pure: time is passed in, so a simulation seed replays every decision.
 */
import { FAILURES, type Failure } from "./failures.ts";

const MINUTE_MS = 60_000;
/** First attempt at once, then after 1, 5 and 15 minutes, then parked. */
export const RETRY_DELAYS_MS = [1 * MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS] as const;
export const ATTEMPTS_MAX = RETRY_DELAYS_MS.length + 1;
/** A remote must not be able to park our queue with a large Retry-After. */
export const RETRY_AFTER_MS_MAX = 15 * MINUTE_MS;
/**
 * After an unknown outcome, or a record that somebody else was changing: soon at first (long enough for a slow remote to
 * finish what it had begun), then ever more slowly.
 */
export const OBSERVE_AGAIN_DELAYS_MS = [2_000, 10_000, 1 * MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS] as const;

export type Step =
  | { readonly kind: "retry"; readonly runAtMs: number }
  | { readonly kind: "park" }
  /** The whole connection waits; the key uses up no attempt. */
  | { readonly kind: "pause"; readonly connection: string; readonly retryAfterMs: number };

export interface Attempt {
  /** 1 for the first. */
  readonly attempt: number;
  readonly nowMs: number;
}

export function nextStep(failure: Failure, { attempt, nowMs }: Attempt): Step {
  const { reaction } = FAILURES[failure.code];
  const retryAfterMs = Math.min(failure.retryAfterMs ?? 0, RETRY_AFTER_MS_MAX);
  if (reaction === "park") return { kind: "park" };
  if (reaction === "pause") return { kind: "pause", connection: failure.connection ?? "", retryAfterMs };
  const delayMs = reaction === "observe-again" ? observeAgainDelayMs(failure, attempt) : RETRY_DELAYS_MS[attempt - 1];
  if (delayMs === undefined) return { kind: "park" };
  return { kind: "retry", runAtMs: nowMs + Math.max(delayMs, retryAfterMs) };
}

/** What is the connection's fault never parks (it slows down to the last delay); what is not, ends like any other failure. */
function observeAgainDelayMs({ code }: Failure, attempt: number): number | undefined {
  const delayMs = OBSERVE_AGAIN_DELAYS_MS[attempt - 1];
  return delayMs ?? (FAILURES[code].class === "connection" ? OBSERVE_AGAIN_DELAYS_MS.at(-1) : undefined);
}

/** A paused connection is probed after 5 s at first, doubling, never longer than a minute. */
export const PAUSE_MS_FIRST = 5_000;
export const PAUSE_MS_MAX = 60_000;

export function pauseMs(failedProbes: number, retryAfterMs: number): number {
  const backoff = Math.min(PAUSE_MS_FIRST * 2 ** Math.min(failedProbes, 10), PAUSE_MS_MAX);
  return Math.max(backoff, Math.min(retryAfterMs, RETRY_AFTER_MS_MAX));
}
