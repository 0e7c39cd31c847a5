/** Activities: one record for each run of each key, newest first, with the (capped) exchanges that its batch shares. */
import { sql } from "kysely";
import type { Key } from "../core/key.ts";
import type { Exchange } from "../core/ports/call.ts";
import type { Activity, ActivityStatus, StoredActivity } from "../core/ports/store.ts";
import type { Queryable, StoreContext } from "./context.ts";
import { capExchanges } from "./exchange-cap.ts";
import { jsonParameter, jsonText } from "./json.ts";
import type { StoreTime } from "./time.ts";

export async function insertActivities(
  trx: Queryable,
  time: StoreTime,
  activities: readonly Activity[],
): Promise<void> {
  if (activities.length === 0) return;
  const exchangesIds = await insertExchanges(trx, time, activities);
  const rows = activities.map((activity) => ({
    ...activity.key,
    status: activity.status,
    state: activity.state,
    code: activity.code,
    sentence: activity.sentence,
    fix: activity.fix,
    erp_ids: activity.erpIds,
    trigger: activity.trigger,
    attempt: activity.attempt,
    started_at_ms: Math.floor(activity.startedAtMs),
    duration_ms: Math.round(activity.durationMs),
    diff: activity.diff,
    exchanges_id: exchangesIds.get(activity.exchanges) ?? null,
  }));
  await sql`
    insert into stockbridge.activities (flow, connection, id, status, state, code, sentence, fix, erp_ids, trigger,
      attempt, started_at_ms, duration_ms, diff, exchanges_id)
    select r.* from jsonb_to_recordset(${jsonParameter(rows)}) as r(flow text, connection text, id text, status text,
      state text, code text, sentence text, fix text, erp_ids jsonb, trigger text, attempt integer,
      started_at_ms bigint, duration_ms bigint, diff jsonb, exchanges_id bigint)`.execute(trx);
}

/** The keys of a batch share one list, which is stored once. */
async function insertExchanges(
  trx: Queryable,
  time: StoreTime,
  activities: readonly Activity[],
): Promise<ReadonlyMap<readonly Exchange[], number>> {
  const lists = new Set(activities.map(({ exchanges }) => exchanges).filter((list) => list.length > 0));
  const ids = new Map<readonly Exchange[], number>();
  for (const list of lists) {
    const { rows } = await sql<{ exchanges_id: number }>`
      insert into stockbridge.exchanges (body, at_ms)
      values (${jsonText(capExchanges(list))}::jsonb, ${time.now()}) returning exchanges_id`.execute(trx);
    const [row] = rows;
    if (row !== undefined) ids.set(list, row.exchanges_id);
  }
  return ids;
}

export interface ActivityFilter {
  readonly key?: Key;
  readonly connection?: string;
  readonly status?: ActivityStatus;
}

export async function activities(
  { db }: StoreContext,
  filter: ActivityFilter,
  limit: number,
): Promise<readonly StoredActivity[]> {
  let query = db
    .selectFrom("activities as a")
    .leftJoin("exchanges as e", "e.exchanges_id", "a.exchanges_id")
    .selectAll("a")
    .select("e.body as exchanges")
    .orderBy("a.activity_id", "desc")
    .limit(limit);
  const { key, connection, status } = filter;
  if (key !== undefined) {
    query = query.where("a.flow", "=", key.flow).where("a.connection", "=", key.connection).where("a.id", "=", key.id);
  }
  if (connection !== undefined) query = query.where("a.connection", "=", connection);
  if (status !== undefined) query = query.where("a.status", "=", status);
  const rows = await query.execute();
  return rows.map((row) => ({
    activityId: String(row.activity_id),
    key: { flow: row.flow, connection: row.connection, id: row.id },
    status: row.status,
    state: row.state,
    code: row.code,
    sentence: row.sentence,
    fix: row.fix,
    erpIds: row.erp_ids,
    trigger: row.trigger,
    attempt: row.attempt,
    startedAtMs: row.started_at_ms,
    durationMs: row.duration_ms,
    diff: row.diff,
    exchanges: row.exchanges ?? [],
  }));
}
