/**
 * The hub's store as one mortal process sees it: every method is a call at which the process may die, takes a little
 * virtual time and runs alone. Notifications reach every process that waits, unless the seed loses one: then it finds
 * the work when it looks by itself.
 */
import type { HubStore } from "../src/core/ports/store.ts";
import type { Mortal } from "./mortal.ts";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-clock.ts";

/** What is common to all processes on one store. */
export interface SharedStore {
  readonly store: HubStore;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly waiting: Set<AbortController>;
  /** Connections that were paused and not resumed since. */
  readonly paused: Set<string>;
  /** Sees every method that ended well; throws to report that it must not have. */
  readonly watch: (process: string, method: string, given: readonly unknown[], answer: unknown) => void;
  /** Share of notifications that are lost. */
  readonly lostNotifications: number;
}

const LATENCY_MS_MAX = 3;
/** A process without any work due looks this often at last. */
const IDLE_MS_MAX = 10 * 60_000;
/** What the worker passes when nothing is due soon: from here on, one long sleep stands for many short ones. */
const IDLE_ASKED_MS = 15_000;
/** At which position of which method the marks stand; without any, nobody is told. */
const MARKS_AT: Readonly<Record<string, number>> = { mark: 0, receive: 1, advance: 1 };

type Method = (...given: unknown[]) => Promise<unknown>;

export function mortalStore(mortal: Mortal, shared: SharedStore): HubStore {
  const { store, time, random } = shared;
  let nextDueMs: number | null = null;

  const through = (name: string, method: Method): Method => {
    return async (...given) => {
      const answer = await mortal.call(`store.${name}`, () =>
        time.perform(random.int(0, LATENCY_MS_MAX), `store.${name}`, async () => {
          const found = await method.apply(store, given);
          shared.watch(mortal.name, name, given, found);
          if (notifies(shared, name, given)) notify(shared);
          return found;
        }),
      );
      if (name === "nextDueMs") nextDueMs = answer as number | null;
      return answer;
    };
  };

  // Not AbortSignal.any: the runtime keeps such a signal for ever when the process that waits for it dies.
  const waitForWork = (ms: number, signal: AbortSignal): Promise<void> => {
    const woken = new AbortController();
    const wake = (): void => woken.abort();
    shared.waiting.add(woken);
    signal.addEventListener("abort", wake, { once: true });
    const untilDueMs = nextDueMs === null ? IDLE_MS_MAX : Math.max(nextDueMs - time.nowMs(), 0);
    const waitMs = ms < IDLE_ASKED_MS ? ms : Math.min(Math.max(untilDueMs, ms), IDLE_MS_MAX);
    if (signal.aborted) wake();
    return mortal
      .call("store.waitForWork", () => time.clock.sleep(waitMs, woken.signal))
      .finally(() => {
        shared.waiting.delete(woken);
        signal.removeEventListener("abort", wake);
      });
  };

  return new Proxy(store, {
    get: (target, name) => {
      if (name === "waitForWork") return waitForWork;
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" && typeof name === "string" ? through(name, member as Method) : member;
    },
  });
}

/** As the real store does: for new work, for a place that became free, for a pause that ended. */
function notifies({ paused }: SharedStore, name: string, given: readonly unknown[]): boolean {
  const at = MARKS_AT[name];
  if (at !== undefined) return (given[at] as readonly unknown[]).length > 0;
  if (name === "pause") paused.add(String(given[0]));
  if (name === "resume") return paused.delete(String(given[0]));
  return name === "commit" || name === "retry";
}

function notify({ waiting, random, lostNotifications }: SharedStore): void {
  if (random.chance(lostNotifications)) return;
  for (const woken of waiting) woken.abort();
}
