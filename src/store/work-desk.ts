/** What a person does with a key: try it again now, or take it off the list with a reason. */
import { sql } from "kysely";
import { PRIORITY, type Key } from "../core/key.ts";
import type { Activity } from "../core/ports/store.ts";
import { insertActivities } from "./activities.ts";
import type { StoreContext } from "./context.ts";
import { writeKeyStates } from "./key-states.ts";
import { inTransaction, retrying } from "./transaction.ts";

/** Due at once, as if it had never failed. A key that is not on the list is put there when a run has known it. */
export async function retry({ db, time, clock }: StoreContext, key: Key): Promise<boolean> {
  const statement = sql<{ found: boolean }>`
    with listed as (
      insert into stockbridge.work as w (flow, connection, id, next_at_ms, priority, trigger)
      select known.flow, known.connection, known.id, ${time.now()}, ${PRIORITY.live}, 'manual'
      from (
        select flow, connection, id from stockbridge.work
        where flow = ${key.flow} and connection = ${key.connection} and id = ${key.id}
        union
        select flow, connection, id from stockbridge.key_states
        where flow = ${key.flow} and connection = ${key.connection} and id = ${key.id}
      ) known
      on conflict (flow, connection, id) do update set
        gen = w.gen + 1, attempts = 0, failures = 0, not_before_ms = 0, next_at_ms = excluded.next_at_ms,
        takeovers = case when w.lease_until_ms is null then 0 else w.takeovers end,
        priority = excluded.priority, trigger = excluded.trigger, parked_code = null
      returning 1
    )
    select exists (select from listed) as found`;
  const { rows } = await retrying(clock, () => statement.execute(db));
  return rows[0]?.found === true;
}

/** A run that has it at this moment loses it, and writes nothing about it. */
export async function skip({ db, time, clock }: StoreContext, key: Key, reason: string): Promise<boolean> {
  return inTransaction(db, clock, async (trx) => {
    const { rows } = await sql<{ attempts: number; now_ms: number }>`
      delete from stockbridge.work where flow = ${key.flow} and connection = ${key.connection} and id = ${key.id}
      returning attempts, ${time.now()} as now_ms`.execute(trx);
    const [row] = rows;
    if (row === undefined) return false;
    const activity: Activity = {
      key,
      status: "skipped",
      state: "not-applicable",
      code: null,
      sentence: `Skipped by a person: ${reason}`,
      fix: "",
      erpIds: {},
      trigger: "manual",
      attempt: row.attempts + 1,
      startedAtMs: row.now_ms,
      durationMs: 0,
      diff: [],
      exchanges: [],
    };
    await insertActivities(trx, time, [activity]);
    await writeKeyStates(trx, time, [activity]);
    return true;
  });
}
