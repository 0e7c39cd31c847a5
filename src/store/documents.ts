/** Cursors of polls, and small JSON documents by name. */
import { sql, type RawBuilder } from "kysely";
import type { Json, Mark } from "../core/ports/store.ts";
import type { StoreContext } from "./context.ts";
import { holdStatements, type HeldOrder } from "./holds.ts";
import { jsonText } from "./json.ts";
import type { StoreTime } from "./time.ts";
import { retrying } from "./transaction.ts";
import { markStatement } from "./work-mark.ts";

/** What a poll found and how far it came, by one statement: a hint is never lost behind a cursor that moved. */
export async function advance(
  { db, time, clock }: StoreContext,
  cursor: { readonly name: string; readonly value: string },
  marks: readonly Mark[],
  held: readonly HeldOrder[],
): Promise<void> {
  const { set, remove } = holdStatements(held, time);
  const statements = [sql`moved as (${cursorStatement(cursor, time)})`];
  if (set !== null) statements.push(sql`held as (${set})`);
  if (remove !== null) statements.push(sql`freed as (${remove})`);
  if (marks.length > 0) statements.push(sql`marked as (${markStatement(marks, time)})`);
  const statement = sql`with ${sql.join(statements)} select 1`;
  await retrying(clock, () => statement.execute(db));
}

function cursorStatement(
  { name, value }: { readonly name: string; readonly value: string },
  time: StoreTime,
): RawBuilder<unknown> {
  return sql`
    insert into stockbridge.cursors (name, value, updated_at_ms) values (${name}, ${value}, ${time.now()})
    on conflict (name) do update set value = excluded.value, updated_at_ms = excluded.updated_at_ms`;
}

export async function cursor({ db }: StoreContext, name: string): Promise<string | null> {
  const row = await db.selectFrom("cursors").select("value").where("name", "=", name).executeTakeFirst();
  return row?.value ?? null;
}

export async function readDocument(
  { db }: StoreContext,
  name: string,
): Promise<{ body: Json; updatedAtMs: number } | null> {
  const row = await db.selectFrom("documents").selectAll().where("name", "=", name).executeTakeFirst();
  return row === undefined ? null : { body: row.body, updatedAtMs: row.updated_at_ms };
}

export async function writeDocument({ db, time }: StoreContext, name: string, body: Json): Promise<void> {
  await sql`
    insert into stockbridge.documents (name, body, updated_at_ms) values (${name}, ${jsonText(body)}::jsonb, ${time.now()})
    on conflict (name) do update set body = excluded.body, updated_at_ms = excluded.updated_at_ms`.execute(db);
}
