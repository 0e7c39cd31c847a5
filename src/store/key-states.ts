/** Where each key stood after its last run. */
import { sql } from "kysely";
import type { FlowName, Key } from "../core/key.ts";
import type { StateName } from "../core/plan.ts";
import type { Activity, KeyState } from "../core/ports/store.ts";
import type { Queryable, StoreContext } from "./context.ts";
import { jsonParameter } from "./json.ts";
import type { StoreTime } from "./time.ts";
import type { KeyStatesTable } from "./schema.ts";

/** A run's activity says where its key stands. Keys must be different. */
export async function writeKeyStates(trx: Queryable, time: StoreTime, activities: readonly Activity[]): Promise<void> {
  if (activities.length === 0) return;
  const rows = activities.map(({ key, state, code, sentence, fix }) => ({ ...key, state, code, sentence, fix }));
  await sql`
    insert into stockbridge.key_states (flow, connection, id, state, code, sentence, fix, updated_at_ms)
    select r.*, ${time.now()}
    from jsonb_to_recordset(${jsonParameter(rows)})
      as r(flow text, connection text, id text, state text, code text, sentence text, fix text)
    order by r.flow collate "C", r.connection collate "C", r.id collate "C"
    on conflict (flow, connection, id) do update set
      state = excluded.state, code = excluded.code, sentence = excluded.sentence, fix = excluded.fix,
      updated_at_ms = excluded.updated_at_ms`.execute(trx);
}

export async function keyState({ db }: StoreContext, key: Key): Promise<KeyState | null> {
  const row = await db
    .selectFrom("key_states")
    .selectAll()
    .where("flow", "=", key.flow)
    .where("connection", "=", key.connection)
    .where("id", "=", key.id)
    .executeTakeFirst();
  return row === undefined ? null : stateOf(row);
}

export interface KeyStateFilter {
  readonly flow?: FlowName;
  readonly connection?: string;
  readonly states?: readonly StateName[];
}

/** Newest first. */
export async function keyStates(
  { db }: StoreContext,
  filter: KeyStateFilter,
  limit: number,
): Promise<readonly KeyState[]> {
  let query = db.selectFrom("key_states").selectAll().orderBy("updated_at_ms", "desc").orderBy("id").limit(limit);
  const { flow, connection, states } = filter;
  if (flow !== undefined) query = query.where("flow", "=", flow);
  if (connection !== undefined) query = query.where("connection", "=", connection);
  if (states !== undefined) query = query.where("state", "=", sql<StateName>`any(${states}::text[])`);
  return (await query.execute()).map(stateOf);
}

function stateOf(row: KeyStatesTable): KeyState {
  return {
    key: { flow: row.flow, connection: row.connection, id: row.id },
    state: row.state,
    code: row.code,
    sentence: row.sentence,
    fix: row.fix,
    updatedAtMs: row.updated_at_ms,
  };
}
