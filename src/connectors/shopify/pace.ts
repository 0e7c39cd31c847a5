/**
 * Keeps one connection's requests within the shop's cost bucket. It knows what the bucket held when the shop last told, what has
 * been asked since, and what each operation cost last time; a request that would not fit waits, first come first served. All
 * requests of the process share it. Where the shop's own word differs (another program uses the same app), the shop is right.
 */
import type { Clock } from "../../core/ports/clock.ts";
import {
  BUCKET_UNKNOWN_POINTS,
  COST_UNKNOWN_POINTS,
  COSTS_KEPT_MAX,
  PACE_WAITS_MAX,
  RESTORE_UNKNOWN_POINTS_PER_SECOND,
} from "./limits.ts";

/** What the shop says of an answer's cost, in points. */
export interface CostReport {
  readonly requestedPoints: number;
  /** Null: not executed. */
  readonly actualPoints: number | null;
  readonly maximumPoints: number;
  readonly availablePoints: number;
  readonly restorePointsPerSecond: number;
}

export interface Ticket {
  readonly costPoints: number;
  /** Other requests were on their way at the same time, so the shop's word on the bucket may already be old. */
  overlapped: boolean;
}

export type Entry =
  | { readonly kind: "go"; readonly ticket: Ticket }
  /** There is no room before the deadline; there would be after this. */
  | { readonly kind: "late"; readonly waitMs: number };

export interface Pacer {
  /** Waits for room for what `shape` cost last time. A request that goes must be settled. */
  enter(shape: string, latestMs: number): Promise<Entry>;
  /** `report` null: the shop did not say. */
  settle(ticket: Ticket, shape: string, report: CostReport | null): void;
  /** Nothing is sent before this moment. */
  holdUntil(ms: number): void;
  /** For people: `12 of 2000 points, 100 a second`. */
  describe(): string;
}

/** What decides an operation's cost beside its text: page sizes and the lengths of lists. */
export function shapeOf(name: string, variables: unknown): string {
  const sizes = Object.entries((variables ?? {}) as Record<string, unknown>).flatMap(([key, value]) => {
    if (typeof value === "number") return [`${key}=${value}`];
    return Array.isArray(value) ? [`${key}#${value.length}`] : [];
  });
  return [name, ...sizes.toSorted()].join(" ");
}

interface Bucket {
  maximum(): number;
  take(points: number): void;
  /** How long until it holds so many points. */
  waitMs(points: number): number;
  /** After an answer to a request that took `takenPoints`; `overlapped`: others were on their way meanwhile. */
  learn(report: CostReport, takenPoints: number, overlapped: boolean): void;
  describe(): string;
}

function createBucket(clock: Clock): Bucket {
  let points = BUCKET_UNKNOWN_POINTS;
  let maximum = BUCKET_UNKNOWN_POINTS;
  let restorePerSecond = RESTORE_UNKNOWN_POINTS_PER_SECOND;
  let atMs = clock.nowMs();
  const refilled = (): number => {
    const nowMs = clock.nowMs();
    points = Math.min(maximum, points + (Math.max(nowMs - atMs, 0) / 1_000) * restorePerSecond);
    atMs = nowMs;
    return points;
  };
  return {
    maximum: () => maximum,
    take: (taken) => {
      points = refilled() - taken;
    },
    waitMs: (wanted) => Math.ceil((Math.max(0, wanted - refilled()) / restorePerSecond) * 1_000),
    learn: (report, takenPoints, overlapped) => {
      refilled();
      maximum = Math.max(report.maximumPoints, 1);
      restorePerSecond = Math.max(report.restorePointsPerSecond, 1);
      const counted = points + takenPoints - (report.actualPoints ?? 0);
      // With others on their way the shop's word may be older than what they took.
      points = Math.min(overlapped ? Math.min(counted, report.availablePoints) : report.availablePoints, maximum);
    },
    describe: () => `${Math.max(0, Math.floor(refilled()))} of ${maximum} points, ${restorePerSecond} a second`,
  };
}

export function createPacer(clock: Clock): Pacer {
  const bucket = createBucket(clock);
  const costs = new Map<string, number>();
  const waiting: Ticket[] = [];
  const sent = new Set<Ticket>();
  let heldUntilMs = 0;
  let changed = new AbortController();

  /** Until there is room for this ticket and all before it. */
  const waitMs = (ticket: Ticket): number => {
    const ahead = waiting.slice(0, waiting.indexOf(ticket) + 1);
    const wanted = ahead.reduce((sum, { costPoints }) => sum + Math.min(costPoints, bucket.maximum()), 0);
    return Math.max(bucket.waitMs(wanted), heldUntilMs - clock.nowMs());
  };
  const leave = (ticket: Ticket): void => void waiting.splice(waiting.indexOf(ticket), 1);
  const wake = (): void => {
    changed.abort();
    changed = new AbortController();
  };
  const go = (ticket: Ticket): Entry => {
    leave(ticket);
    bucket.take(ticket.costPoints);
    ticket.overlapped = sent.size > 0;
    for (const other of sent) other.overlapped = true;
    sent.add(ticket);
    return { kind: "go", ticket };
  };

  return {
    enter: async (shape, latestMs) => {
      const ticket: Ticket = { costPoints: costs.get(shape) ?? COST_UNKNOWN_POINTS, overlapped: false };
      waiting.push(ticket);
      for (let waits = 0; waits < PACE_WAITS_MAX; waits += 1) {
        const ms = waitMs(ticket);
        if (ms <= 0) return go(ticket);
        if (clock.nowMs() + ms > latestMs) break;
        await clock.sleep(ms, changed.signal);
      }
      const ms = waitMs(ticket);
      leave(ticket);
      // Those behind it have one less before them.
      wake();
      return { kind: "late", waitMs: Math.max(ms, 0) };
    },
    settle: (ticket, shape, report) => {
      sent.delete(ticket);
      if (report === null) return;
      if (costs.size >= COSTS_KEPT_MAX) costs.clear();
      costs.set(shape, report.requestedPoints);
      bucket.learn(report, ticket.costPoints, ticket.overlapped);
      wake();
    },
    holdUntil: (ms) => {
      heldUntilMs = Math.max(heldUntilMs, ms);
    },
    describe: () => bucket.describe(),
  };
}
