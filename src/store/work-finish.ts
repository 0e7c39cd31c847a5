/**
 * Finishing: what becomes of each key's row at the end of its run. The caller has locked the rows and checked their
 * fence in the same transaction. A hint that came during the run always wins over what the run decided.
 */
import { sql } from "kysely";
import { PRIORITY } from "../core/key.ts";
import type { Claim, KeyResult } from "../core/ports/store.ts";
import type { Queryable } from "./context.ts";
import { jsonParameter } from "./json.ts";
import type { StoreTime } from "./time.ts";

/** A failing key that is hinted all the time runs no more often than this, doubling with each failure ... */
export const FAILING_PACE_MS_MIN = 5_000;
/** ... up to this. */
export const FAILING_PACE_MS_MAX = 60_000;
const FAILING_PACE_DOUBLINGS_MAX = 10;

/** Locks the batch's rows in the order of their keys: the ids that are still this claim's, and where their rows lie. */
export async function lockHeld(
  trx: Queryable,
  claim: Claim,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  // Key by key by the primary key, whatever the planner knows of the table.
  const { rows } = await sql<{ id: string; row_id: string }>`
    select given.id, own.row_id
    from (select id from unnest(${ids}::text[]) as wanted(id) order by id collate "C") given
    cross join lateral (
      select w.ctid::text as row_id from stockbridge.work w
      where w.flow = ${claim.flow} and w.connection = ${claim.connection} and w.id = given.id
        and w.fence = ${claim.fence.toString()}::bigint
      for update
    ) own`.execute(trx);
  return new Map(rows.map(({ id, row_id: rowId }) => [id, rowId]));
}

/** `held` is lockHeld's answer of the same transaction: rows that are locked do not move. */
export async function finish(
  trx: Queryable,
  time: StoreTime,
  held: ReadonlyMap<string, string>,
  results: readonly KeyResult[],
): Promise<void> {
  const rows = results.map(({ id, gen, finish: end, failure, activity }) => ({
    row_id: held.get(id),
    gen,
    kind: end.kind,
    atMs: end.kind === "retry" ? Math.ceil(end.runAtMs) : end.kind === "done" ? ceilOrNull(end.recheckAtMs) : null,
    code: failure?.code ?? activity.code,
  }));
  const off = rows.filter(({ kind, atMs }) => kind === "done" && atMs === null);
  if (off.length > 0) await takeOff(trx, off);
  // Those that a hint kept on the list are brought up to date like all others; rows that went are simply not there.
  await keepOn(trx, time, rows);
}

function ceilOrNull(value: number | undefined): number | null {
  return value === undefined ? null : Math.ceil(value);
}

async function takeOff(trx: Queryable, rows: readonly object[]): Promise<void> {
  await sql`
    delete from stockbridge.work w
    using jsonb_to_recordset(${jsonParameter(rows)}) as r(row_id tid, gen bigint)
    where w.ctid = r.row_id and w.gen = r.gen`.execute(trx);
}

async function keepOn(trx: Queryable, time: StoreTime, rows: readonly object[]): Promise<void> {
  await sql`
    with ended as (
      select r.*, moment.now_ms
      from jsonb_to_recordset(${jsonParameter(rows)}) as r(row_id tid, gen bigint, kind text, "atMs" bigint, code text)
      cross join (select ${time.now()} as now_ms) as moment
    ),
    judged as (
      select e.row_id, e.kind, e."atMs" as at_ms, e.code, e.now_ms, w.gen <> e.gen as hinted,
        e.kind in ('retry', 'park') as failed,
        least(${FAILING_PACE_MS_MAX}, ${FAILING_PACE_MS_MIN} * 2 ^ least(w.failures, ${FAILING_PACE_DOUBLINGS_MAX}))::bigint as pace_ms
      from ended e join stockbridge.work w on w.ctid = e.row_id
    )
    update stockbridge.work w set
      fence = null,
      lease_until_ms = null,
      touches = null,
      takeovers = 0,
      next_at_ms = case
        when j.hinted and j.failed then least(j.now_ms + j.pace_ms, j.at_ms)
        when j.hinted or j.kind = 'release' then least(w.next_at_ms, j.now_ms)
        when j.kind = 'park' then null
        else j.at_ms
      end,
      not_before_ms = case when j.failed then least(j.now_ms + j.pace_ms, j.at_ms) when j.kind = 'done' then 0 else w.not_before_ms end,
      attempts = case when j.kind = 'release' then w.attempts when j.hinted or j.kind = 'done' then 0 else w.attempts + 1 end,
      failures = case when j.failed then w.failures + 1 when j.kind = 'done' then 0 else w.failures end,
      priority = case
        when j.hinted or j.kind = 'release' then w.priority
        when j.kind = 'retry' then greatest(w.priority, ${PRIORITY.retry})
        when j.kind = 'done' then greatest(w.priority, ${PRIORITY.sweep})
        else w.priority
      end,
      trigger = case
        when j.hinted then w.trigger
        when j.kind = 'retry' then 'retry'
        when j.kind = 'done' then 'recheck'
        else w.trigger
      end,
      parked_code = case when j.kind = 'park' and not j.hinted then j.code end
    from judged j
    where w.ctid = j.row_id`.execute(trx);
}
