/** Deletes what only explains the past, in bounded steps so that no statement holds others up for long. */
import { sql } from "kysely";
import type { StoreContext } from "./context.ts";

export const DELETE_ROWS_MAX = 5_000;

export interface RetentionLimits {
  /** UTC milliseconds: what is older goes. */
  readonly activities: number;
  readonly inbox: number;
  readonly explanations: number;
}

/** How many rows went. A variant's newest explanation of each location stays, however old it is. */
export async function expire({ db }: StoreContext, before: RetentionLimits): Promise<number> {
  const steps = [
    sql`delete from stockbridge.activities where activity_id in (
      select activity_id from stockbridge.activities where started_at_ms < ${before.activities} limit ${DELETE_ROWS_MAX})`,
    sql`delete from stockbridge.exchanges where exchanges_id in (
      select e.exchanges_id from stockbridge.exchanges e where e.at_ms < ${before.activities}
        and not exists (select from stockbridge.activities a where a.exchanges_id = e.exchanges_id)
      limit ${DELETE_ROWS_MAX})`,
    sql`delete from stockbridge.inbox where (connection, delivery_id) in (
      select connection, delivery_id from stockbridge.inbox where received_at_ms < ${before.inbox} limit ${DELETE_ROWS_MAX})`,
    sql`delete from stockbridge.explanations where explanation_id in (
      select e.explanation_id from stockbridge.explanations e where e.at_ms < ${before.explanations}
        and exists (select from stockbridge.explanations n where n.connection = e.connection
          and n.variant_id = e.variant_id and n.location_id = e.location_id and n.explanation_id > e.explanation_id)
      limit ${DELETE_ROWS_MAX})`,
  ];
  let rows = 0;
  for (const step of steps) {
    // Ends: each turn deletes rows, and a turn that is not full is the last.
    for (let deleted = DELETE_ROWS_MAX; deleted >= DELETE_ROWS_MAX;) {
      const { numAffectedRows } = await step.execute(db);
      deleted = Number(numAffectedRows ?? 0n);
      rows += deleted;
    }
  }
  return rows;
}
