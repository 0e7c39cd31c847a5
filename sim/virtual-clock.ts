/**
 * Time that moves only when nothing else can: everything that takes time is an event on one heap. The next event runs to
 * its end, the code that waited for it runs until it waits again, and only then does the clock jump to the event after it.
 * Events of the same moment run in an order that the seed decides. So a seed replays every interleaving.
 */
import { setImmediate as macrotask } from "node:timers/promises";
import type { Clock } from "../src/core/ports/clock.ts";
import type { Random } from "./random.ts";

export type Work = () => void | Promise<void>;

export interface VirtualTime {
  readonly clock: Clock;
  nowMs(): number;
  /** Runs `work` after `ms`; what it answers takes it off the heap again. */
  after(ms: number, label: string, work: Work): () => void;
  /** Runs `work` as one event after `ms`: nothing else happens until it has ended. */
  perform<T>(ms: number, label: string, work: () => Promise<T>): Promise<T>;
  /** Runs events until none is left, the time is `untilMs`, or `stop` says so. */
  run(options: { readonly untilMs: number; readonly stop?: () => boolean }): Promise<void>;
  /** Events that wait. */
  pending(): number;
}

interface Scheduled {
  readonly atMs: number;
  /** Decides among equals. */
  readonly lot: number;
  readonly serial: number;
  readonly label: string;
  work: Work | null;
}

/** More events than any world has: a loop that never sleeps is a defect, named as such. */
export const EVENTS_MAX = 2_000_000;
/** Turns of the real event loop in which code that was woken may go on before the next event. */
const DRAIN_TURNS = 2;

export function createVirtualTime(options: { readonly startMs: number; readonly random: Random }): VirtualTime {
  const heap: Scheduled[] = [];
  const { random } = options;
  let nowMs = options.startMs;
  let serial = 0;
  let events = 0;

  const after = (ms: number, label: string, work: Work): (() => void) => {
    serial += 1;
    const scheduled: Scheduled = { atMs: nowMs + Math.max(ms, 0), lot: random.next(), serial, label, work };
    push(heap, scheduled);
    return () => {
      scheduled.work = null;
    };
  };
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        signal?.removeEventListener("abort", end);
        resolve();
      };
      const cancel = after(ms, "sleep", end);
      signal?.addEventListener("abort", end, { once: true });
    });
  };
  const perform = <T>(ms: number, label: string, work: () => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      after(ms, label, () => work().then(resolve, reject));
    });
  return {
    clock: { nowMs: () => nowMs, sleep },
    nowMs: () => nowMs,
    after,
    perform,
    pending: () => heap.filter(({ work }) => work !== null).length,
    run: async ({ untilMs, stop }) => {
      await drain();
      for (;;) {
        const next = heap[0];
        if (next === undefined || next.atMs > untilMs || stop?.() === true) break;
        pop(heap);
        if (next.work === null) continue;
        events += 1;
        if (events > EVENTS_MAX) throw new Error(`more than ${EVENTS_MAX} events; the last was ${next.label}`);
        nowMs = Math.max(nowMs, next.atMs);
        await next.work();
        await drain();
      }
      if (Number.isFinite(untilMs) && stop?.() !== true) nowMs = Math.max(nowMs, untilMs);
    },
  };
}

/** Promises settle in microtasks, which all run before the event loop turns. */
async function drain(): Promise<void> {
  for (let turn = 0; turn < DRAIN_TURNS; turn += 1) await macrotask();
}

function before(a: Scheduled, b: Scheduled): boolean {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs;
  if (a.lot !== b.lot) return a.lot < b.lot;
  return a.serial < b.serial;
}

function push(heap: Scheduled[], scheduled: Scheduled): void {
  heap.push(scheduled);
  let at = heap.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!before(heap[at]!, heap[parent]!)) return;
    swap(heap, at, parent);
    at = parent;
  }
}

function pop(heap: Scheduled[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const right = left + 1;
    let least = at;
    if (left < heap.length && before(heap[left]!, heap[least]!)) least = left;
    if (right < heap.length && before(heap[right]!, heap[least]!)) least = right;
    if (least === at) return;
    swap(heap, at, least);
    at = least;
  }
}

function swap(heap: Scheduled[], a: number, b: number): void {
  [heap[a], heap[b]] = [heap[b]!, heap[a]!];
}
