/**
 * The worker: claims batches and runs them, a few at a time, until it is told to stop. It survives the store going
 * away and gives the keys back that it cannot finish (their lease runs out and another takes them over).
 */
import type { Clock } from "../core/ports/clock.ts";
import type { ConnectionLimit, HubStore, Lane } from "../core/ports/store.ts";
import type { AnyFlow } from "./flow.ts";
import type { HubObserver } from "./observer.ts";
import { LEASE_MS, runClaim } from "./run.ts";

/** Batches that one process runs at the same time; connections have limits of their own. */
export const SLOTS_MAX = 8;
/** Without any notification, look this often. */
export const IDLE_MS_MAX = 15_000;
export const STORE_RETRY_MS_FIRST = 250;
export const STORE_RETRY_MS_MAX = 10_000;

export interface WorkerOptions {
  readonly store: HubStore;
  readonly clock: Clock;
  readonly observer: HubObserver;
  readonly flows: readonly AnyFlow[];
  readonly lanes: readonly Lane[];
  readonly limits: readonly ConnectionLimit[];
  readonly signal: AbortSignal;
  readonly slots?: number;
}

/** Ends after the signal, when the batches that were under way are done. */
export async function work(options: WorkerOptions): Promise<void> {
  const { store, observer, signal, lanes, limits, clock } = options;
  const running = new Set<Promise<void>>();
  let storeFailures = 0;
  while (!signal.aborted) {
    try {
      if (running.size >= (options.slots ?? SLOTS_MAX)) {
        await Promise.race(running);
        continue;
      }
      const beforeMs = clock.nowMs();
      const claimed = await store.claim(lanes, limits, LEASE_MS);
      storeFailures = 0;
      if (claimed === null) {
        await idle(options, running);
        continue;
      }
      // Counted from before the question on this process's own clock: never later than what the database thinks.
      const claim = { ...claimed, leaseUntilMs: beforeMs + LEASE_MS };
      const flow = options.flows.find(({ name, connection }) => name === claim.flow && connection === claim.connection);
      if (flow === undefined) throw new Error(`no flow ${claim.flow} for ${claim.connection}`);
      const run = runClaim(flow, claim, options)
        .catch((error: unknown) =>
          observer.note("error", "run ended without an outcome; its keys are taken over", { flow: claim.flow, error }),
        )
        .finally(() => running.delete(run));
      running.add(run);
    } catch (error) {
      storeFailures += 1;
      observer.note("error", "the store does not answer", { error, storeFailures });
      await clock.sleep(Math.min(STORE_RETRY_MS_FIRST * 2 ** Math.min(storeFailures, 10), STORE_RETRY_MS_MAX), signal);
    }
  }
  await Promise.all(running);
}

/** Waits for a hint, for the next due moment, or for a slot that becomes free (its end may have freed a limit). */
async function idle({ store, clock, signal }: WorkerOptions, running: ReadonlySet<Promise<void>>): Promise<void> {
  const nextDueMs = await store.nextDueMs();
  const untilDueMs = nextDueMs === null ? IDLE_MS_MAX : Math.max(nextDueMs - clock.nowMs(), 0);
  // Something due that could not be claimed waits for a limit or a pause: look again soon, not at once.
  const waitMs = Math.min(Math.max(untilDueMs, BLOCKED_MS), IDLE_MS_MAX);
  const woken = new AbortController();
  const stop = () => woken.abort();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await Promise.race([store.waitForWork(waitMs, woken.signal), ...running]);
  } finally {
    woken.abort();
    signal.removeEventListener("abort", stop);
  }
}

/** Shortest wait when something is due but blocked. */
const BLOCKED_MS = 250;
