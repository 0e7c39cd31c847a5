/** Reading the list of work: for people, for metrics, and for the worker that wants to know how long it may sleep. */
import { sql } from "kysely";
import type { FlowName, Key, Trigger } from "../core/key.ts";
import type { FailureCode } from "../core/failures.ts";
import type { ConnectionLimit, Lane, WorkItem } from "../core/ports/store.ts";
import type { StoreContext } from "./context.ts";
import { jsonParameter } from "./json.ts";
import { RAMP_STEP_MS } from "./work-claim.ts";

export interface WorkFilter {
  readonly parked?: boolean;
  readonly connection?: string;
  readonly flow?: FlowName;
  readonly key?: Key;
}

/** What runs or is due first comes first, parked keys last. */
export async function work({ db }: StoreContext, filter: WorkFilter, limit: number): Promise<readonly WorkItem[]> {
  let query = db
    .selectFrom("work")
    .selectAll()
    .orderBy("next_at_ms", (order) => order.asc().nullsLast())
    .orderBy("flow")
    .orderBy("connection")
    .orderBy("id")
    .limit(limit);
  const { parked, connection, flow, key } = filter;
  if (parked !== undefined) query = query.where("next_at_ms", parked ? "is" : "is not", null);
  if (connection !== undefined) query = query.where("connection", "=", connection);
  if (flow !== undefined) query = query.where("flow", "=", flow);
  if (key !== undefined) {
    query = query.where("flow", "=", key.flow).where("connection", "=", key.connection).where("id", "=", key.id);
  }
  const rows = await query.execute();
  return rows.map((row) => ({
    key: { flow: row.flow, connection: row.connection, id: row.id },
    gen: row.gen,
    attempts: row.attempts,
    priority: row.priority,
    trigger: row.trigger satisfies Trigger,
    nextAtMs: row.next_at_ms,
    leaseUntilMs: row.lease_until_ms,
    parkedCode: row.parked_code satisfies FailureCode | null,
  }));
}

export interface BacklogLine {
  readonly flow: FlowName;
  readonly connection: string;
  readonly due: number;
  readonly later: number;
  readonly parked: number;
  readonly running: number;
  readonly oldestDueMs: number | null;
}

export async function backlog({ db, time }: StoreContext): Promise<readonly BacklogLine[]> {
  const { rows } = await sql<BacklogLine>`
    with moment as (select ${time.now()} as now_ms),
    judged as (
      select w.flow, w.connection, w.next_at_ms, case
          when w.next_at_ms is null then 'parked'
          when w.lease_until_ms > m.now_ms then 'running'
          when w.next_at_ms <= m.now_ms then 'due'
          else 'later'
        end as place
      from stockbridge.work w cross join moment m
    )
    select flow, connection,
      count(*) filter (where place = 'due') as due,
      count(*) filter (where place = 'later') as later,
      count(*) filter (where place = 'parked') as parked,
      count(*) filter (where place = 'running') as running,
      min(next_at_ms) filter (where place = 'due') as "oldestDueMs"
    from judged group by flow, connection order by flow, connection`.execute(db);
  return rows;
}

/**
 * The earliest moment at which a claim with these lanes and limits could find something: a key becomes due, a lease
 * runs out, a pause ends, or a resumed connection takes another batch. Not later than now when something is due that
 * nothing holds back; null when nothing waits.
 */
export async function nextDueMs(
  { db, time }: StoreContext,
  lanes: readonly Lane[],
  limits: readonly ConnectionLimit[],
): Promise<number | null> {
  const { rows } = await sql<{ next_ms: number | null }>`
    with moment as (select ${time.now()} as now_ms),
    running as (
      select t.connection, count(distinct w.fence) as runs, min(w.lease_until_ms) as first_end_ms
      from moment m join stockbridge.work w on w.lease_until_ms > m.now_ms
      cross join lateral unnest(w.touches) as t(connection)
      group by t.connection
    ),
    opens as (
      select l.connection, case
          when c.paused_until_ms > m.now_ms then c.paused_until_ms
          when coalesce(r.runs, 0) >= l."runsMax" then r.first_end_ms
          when c.paused_until_ms is not null and r.runs > 0 then r.first_end_ms
          when r.runs >= 1 + (m.now_ms - c.resumed_at_ms) / ${RAMP_STEP_MS}::bigint
            then least(r.first_end_ms, c.resumed_at_ms + r.runs * ${RAMP_STEP_MS}::bigint)
          else 0
        end as at_ms
      from jsonb_to_recordset(${jsonParameter(limits)}) as l(connection text, "runsMax" bigint)
      cross join moment m
      left join stockbridge.connections c on c.connection = l.connection
      left join running r on r.connection = l.connection
    )
    select min(greatest(due.at_ms, (
        select max(o.at_ms) from jsonb_array_elements_text(g.touches) as t(connection) join opens o on o.connection = t.connection
      ))) as next_ms
    from jsonb_to_recordset(${jsonParameter(lanes)}) as g(flow text, connection text, touches jsonb)
    cross join moment m
    cross join lateral (
      select min(case when w.lease_until_ms > m.now_ms then w.lease_until_ms else w.next_at_ms end) as at_ms
      from stockbridge.work w
      where w.flow = g.flow and w.connection = g.connection and w.next_at_ms is not null
    ) due
    where due.at_ms is not null`.execute(db);
  return rows[0]?.next_ms ?? null;
}
