/**
 * Connections: paused while the other side does not answer, probed by exactly one batch, resumed at a bounded pace.
 * The claim reads these rows; nothing here counts attempts of keys.
 */
import { sql } from "kysely";
import type { Failure } from "../core/failures.ts";
import type { ConnectionState } from "../core/ports/store.ts";
import type { StoreContext } from "./context.ts";
import { jsonParameter } from "./json.ts";

/** The time of the last success is written no more often than this. */
export const SUCCESS_WRITE_MS = 1_000;

export async function connectionState({ db, time }: StoreContext, connection: string): Promise<ConnectionState> {
  const { rows } = await sql<{
    paused_until_ms: number | null;
    paused_since_ms: number | null;
    probing: boolean;
    failed_probes: number;
    failure: Failure | null;
    last_success_ms: number | null;
  }>`
    select paused_until_ms, paused_since_ms, failed_probes, failure, last_success_ms,
      coalesce(paused_until_ms <= ${time.now()}, false) as probing
    from stockbridge.connections where connection = ${connection}`.execute(db);
  const [row] = rows;
  return {
    connection,
    pausedUntilMs: row?.paused_until_ms ?? null,
    probing: row?.probing ?? false,
    failedProbes: row?.failed_probes ?? 0,
    failure: row?.failure ?? null,
    pausedSinceMs: row?.paused_since_ms ?? null,
    lastSuccessMs: row?.last_success_ms ?? null,
  };
}

/**
 * A failure while it runs begins a pause; a failure of the probe (the pause had run out) counts and moves it on; other
 * batches that were under way and fail during the pause may only lengthen it.
 */
export async function pause(
  { db, time }: StoreContext,
  connection: string,
  failure: Failure,
  untilMs: number,
): Promise<void> {
  await sql`
    with moment as (select ${time.now()} as now_ms)
    insert into stockbridge.connections as c (connection, paused_until_ms, paused_since_ms, failure)
    select ${connection}, ${Math.ceil(untilMs)}, now_ms, ${jsonParameter(failure)} from moment
    on conflict (connection) do update set
      failed_probes = case
        when c.paused_until_ms is null then 0
        when c.paused_until_ms <= excluded.paused_since_ms then c.failed_probes + 1
        else c.failed_probes
      end,
      paused_until_ms = greatest(c.paused_until_ms, excluded.paused_until_ms),
      paused_since_ms = case when c.paused_until_ms is null then excluded.paused_since_ms else c.paused_since_ms end,
      resumed_at_ms = null,
      failure = excluded.failure`.execute(db);
}

/** True when this ended a pause. */
export async function resume({ db, time }: StoreContext, connection: string): Promise<boolean> {
  const { rows } = await sql<{ ended: boolean }>`
    with before as (
      select paused_until_ms from stockbridge.connections where connection = ${connection}
    ),
    moment as (select ${time.now()} as now_ms),
    written as (
      insert into stockbridge.connections as c (connection, last_success_ms)
      select ${connection}, now_ms from moment
      on conflict (connection) do update set
        last_success_ms = greatest(c.last_success_ms, excluded.last_success_ms),
        resumed_at_ms = case when c.paused_until_ms is null then c.resumed_at_ms else excluded.last_success_ms end,
        paused_until_ms = null,
        paused_since_ms = null,
        failed_probes = 0,
        failure = null
      where c.paused_until_ms is not null or c.last_success_ms is null
        or c.last_success_ms < excluded.last_success_ms - ${SUCCESS_WRITE_MS}
      returning 1
    )
    select exists (select from before where paused_until_ms is not null) and exists (select from written) as ended`.execute(
    db,
  );
  return rows[0]?.ended === true;
}
