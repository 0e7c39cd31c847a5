/** Reading the list of work: for people, for metrics, and for the worker that wants to know how long it may sleep. */
import { sql } from "kysely";
import type { FlowName, Key, Trigger } from "../core/key.ts";
import type { FailureCode } from "../core/failures.ts";
import type { ConnectionLimit, Lane, WorkItem } from "../core/ports/store.ts";
import type { StoreContext } from "./context.ts";
import { jsonParameter } from "./json.ts";
import { RAMP_STEP_MS, TAKEOVERS_MAX } from "./work-claim.ts";

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
    select stockbridge.next_due(${jsonParameter(lanes)}, ${jsonParameter(limits)}, ${time.given()},
      ${TAKEOVERS_MAX}::integer, ${RAMP_STEP_MS}::bigint) as next_ms`.execute(db);
  return rows[0]?.next_ms ?? null;
}
