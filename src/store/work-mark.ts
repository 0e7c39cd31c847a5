/**
 * Marking: hints become rows of `work`. A row's generation rises with each hint, so that a run which began before it
 * can never take the key off the list. Rows are locked in the order of their keys, by one statement, whoever marks.
 */
import { sql, type RawBuilder } from "kysely";
import type { Mark } from "../core/ports/store.ts";
import type { StoreContext } from "./context.ts";
import { jsonParameter } from "./json.ts";
import type { StoreTime } from "./time.ts";
import { retrying } from "./transaction.ts";

export async function mark({ db, time, clock }: StoreContext, marks: readonly Mark[]): Promise<void> {
  if (marks.length === 0) return;
  await retrying(clock, () => markStatement(marks, time).execute(db));
}

/**
 * One insert that marks all. `condition` lets a statement around it mark only when something else has happened.
 * A key that waits for its retry becomes due (though a failing one keeps its floor); a parked key wakes.
 */
export function markStatement(
  marks: readonly Mark[],
  time: StoreTime,
  condition: RawBuilder<boolean> = sql<boolean>`true`,
): RawBuilder<unknown> {
  return sql`
    insert into stockbridge.work as w (flow, connection, id, next_at_ms, priority, trigger)
    select m.flow, m.connection, m.id, coalesce(m."atMs", ${time.now()}), m.priority, m.trigger
    from jsonb_to_recordset(${jsonParameter(merged(marks))})
      as m(flow text, connection text, id text, "atMs" bigint, priority integer, trigger text)
    where ${condition}
    order by m.flow collate "C", m.connection collate "C", m.id collate "C"
    on conflict (flow, connection, id) do update set
      gen = w.gen + 1,
      attempts = 0,
      takeovers = case when w.next_at_ms is null then 0 else w.takeovers end,
      next_at_ms = greatest(w.not_before_ms, least(coalesce(w.next_at_ms, excluded.next_at_ms), excluded.next_at_ms)),
      priority = case when w.next_at_ms is null then excluded.priority else least(w.priority, excluded.priority) end,
      trigger = case when w.next_at_ms is null or excluded.priority <= w.priority then excluded.trigger else w.trigger end,
      parked_code = null`;
}

interface MergedMark {
  readonly flow: string;
  readonly connection: string;
  readonly id: string;
  readonly priority: number;
  readonly trigger: string;
  /** Null: now. */
  readonly atMs: number | null;
}

/** One statement may touch a row only once: several hints for a key become its most urgent one. */
function merged(marks: readonly Mark[]): MergedMark[] {
  const byKey = new Map<string, MergedMark>();
  for (const { key, priority, trigger, atMs } of marks) {
    const name = JSON.stringify([key.flow, key.connection, key.id]);
    const other = byKey.get(name);
    const given = atMs === undefined ? null : Math.ceil(atMs);
    const best = other === undefined || priority < other.priority ? { priority, trigger } : other;
    byKey.set(name, {
      flow: key.flow,
      connection: key.connection,
      id: key.id,
      priority: best.priority,
      trigger: best.trigger,
      atMs: other === undefined ? given : earlier(given, other.atMs),
    });
  }
  return [...byKey.values()];
}

function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : Math.min(one, other);
}
