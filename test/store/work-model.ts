/** The rules of the list of work in their plainest form, for comparing the store with: a map, a clock, no database. */
import type { Finish, Mark } from "../../src/core/ports/store.ts";
import type { Trigger } from "../../src/core/key.ts";

export const LEASE_MS = 1_000;
export const BATCH_MAX = 3;
export const RUNS_MAX = 2;
const TAKEOVERS_MAX = 3;
const RAMP_MS = 2_000;

export interface ModelRow {
  readonly id: string;
  gen: number;
  nextAtMs: number | null;
  notBeforeMs: number;
  leaseUntilMs: number | null;
  run: number | null;
  attempts: number;
  failures: number;
  takeovers: number;
  priority: number;
  trigger: Trigger;
  parked: string | null;
}

export interface ModelRun {
  readonly number: number;
  readonly keys: readonly { id: string; gen: number; attempt: number; trigger: Trigger; takeovers: number }[];
}

export class WorkModel {
  readonly rows = new Map<string, ModelRow>();
  nowMs: number;
  pausedUntilMs: number | null = null;
  resumedAtMs: number | null = null;
  #runs = 0;

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  mark({ key, priority, trigger, atMs = this.nowMs }: Mark): void {
    const row = this.rows.get(key.id);
    if (row === undefined) {
      this.rows.set(key.id, { ...NEW_ROW, id: key.id, nextAtMs: atMs, priority, trigger });
      return;
    }
    const wasParked = row.nextAtMs === null;
    row.gen += 1;
    row.attempts = 0;
    if (wasParked) row.takeovers = 0;
    row.nextAtMs = Math.max(row.notBeforeMs, Math.min(row.nextAtMs ?? atMs, atMs));
    if (wasParked || priority <= row.priority) row.trigger = trigger;
    row.priority = wasParked ? priority : Math.min(row.priority, priority);
    row.parked = null;
  }

  claim(): ModelRun | null {
    for (const row of this.rows.values())
      if (this.#isDead(row) && row.takeovers >= TAKEOVERS_MAX) this.#park(row, "WORKER_DIED");
    if (this.#running() >= this.#allowed()) return null;
    const due = [...this.rows.values()].filter((row) => this.#isDue(row)).toSorted(byUrgency);
    const [first] = due;
    if (first === undefined) return null;
    const alone = this.#isSuspect(first);
    const batch = due
      .filter((row) => row.priority === first.priority && (alone || !this.#isSuspect(row)))
      .slice(0, alone ? 1 : BATCH_MAX);
    this.#runs += 1;
    for (const row of batch) {
      if (row.leaseUntilMs !== null) row.takeovers += 1;
      row.run = this.#runs;
      row.leaseUntilMs = this.nowMs + LEASE_MS;
    }
    const keys = batch.map(({ id, gen, attempts, trigger, takeovers }) => ({
      id,
      gen,
      attempt: attempts + 1,
      trigger,
      takeovers,
    }));
    return { number: this.#runs, keys };
  }

  beat(run: ModelRun): boolean {
    const held = run.keys
      .flatMap(({ id }) => this.rows.get(id) ?? [])
      .filter((row) => row.run === run.number && !this.#isDead(row));
    for (const row of held) row.leaseUntilMs = this.nowMs + LEASE_MS;
    return held.length === run.keys.length;
  }

  /** The ids that were not this run's any more. */
  commit(run: ModelRun, finish: Finish): string[] {
    const lost: string[] = [];
    for (const { id, gen } of run.keys) {
      const row = this.rows.get(id);
      if (row?.run === run.number) this.#finish(row, row.gen !== gen, finish);
      else lost.push(id);
    }
    return lost;
  }

  skip(id: string): boolean {
    return this.rows.delete(id);
  }

  pause(untilMs: number): void {
    this.pausedUntilMs = Math.max(this.pausedUntilMs ?? untilMs, untilMs);
    this.resumedAtMs = null;
  }

  resume(): void {
    if (this.pausedUntilMs !== null) this.resumedAtMs = this.nowMs;
    this.pausedUntilMs = null;
  }

  #finish(row: ModelRow, hinted: boolean, finish: Finish): void {
    row.run = null;
    row.leaseUntilMs = null;
    row.takeovers = 0;
    if (finish.kind === "release") {
      row.nextAtMs = Math.min(row.nextAtMs ?? this.nowMs, this.nowMs);
      return;
    }
    if (finish.kind === "done") {
      row.failures = 0;
      row.notBeforeMs = 0;
      row.attempts = 0;
      if (hinted) row.nextAtMs = Math.min(row.nextAtMs ?? this.nowMs, this.nowMs);
      else if (finish.recheckAtMs === undefined) this.rows.delete(row.id);
      else
        Object.assign(row, { nextAtMs: finish.recheckAtMs, priority: Math.max(row.priority, 50), trigger: "recheck" });
      return;
    }
    const runAtMs = finish.kind === "retry" ? finish.runAtMs : Number.POSITIVE_INFINITY;
    row.notBeforeMs = Math.min(this.nowMs + Math.min(60_000, 5_000 * 2 ** row.failures), runAtMs);
    row.failures += 1;
    row.attempts = hinted ? 0 : row.attempts + 1;
    if (hinted) row.nextAtMs = row.notBeforeMs;
    else if (finish.kind === "park") this.#park(row, "SKU_NOT_FOUND");
    else Object.assign(row, { nextAtMs: runAtMs, priority: Math.max(row.priority, 10), trigger: "retry" });
  }

  #park(row: ModelRow, code: string): void {
    Object.assign(row, { nextAtMs: null, leaseUntilMs: null, run: null, parked: code });
  }

  #isDead(row: ModelRow): boolean {
    return row.leaseUntilMs !== null && row.leaseUntilMs <= this.nowMs;
  }

  #isDue(row: ModelRow): boolean {
    return row.nextAtMs !== null && row.nextAtMs <= this.nowMs && (row.leaseUntilMs === null || this.#isDead(row));
  }

  #isSuspect(row: ModelRow): boolean {
    return row.takeovers >= 1 && row.leaseUntilMs !== null;
  }

  #running(): number {
    const live = [...this.rows.values()].filter((row) => row.leaseUntilMs !== null && row.leaseUntilMs > this.nowMs);
    return new Set(live.map(({ run }) => run)).size;
  }

  #allowed(): number {
    if (this.pausedUntilMs !== null) return this.pausedUntilMs > this.nowMs ? 0 : 1;
    if (this.resumedAtMs === null) return RUNS_MAX;
    return Math.min(RUNS_MAX, 1 + Math.floor((this.nowMs - this.resumedAtMs) / RAMP_MS));
  }
}

const NEW_ROW = {
  gen: 1,
  notBeforeMs: 0,
  leaseUntilMs: null,
  run: null,
  attempts: 0,
  failures: 0,
  takeovers: 0,
  parked: null,
} as const;

function byUrgency(a: ModelRow, b: ModelRow): number {
  return a.priority - b.priority || (a.nextAtMs ?? 0) - (b.nextAtMs ?? 0) || (a.id < b.id ? -1 : 1);
}
