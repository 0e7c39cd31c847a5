/**
 * Deliveries in. A delivery's row, its holds and its marks are committed by one statement: when `receive` has resolved,
 * they are there, whatever happens to the process; a delivery that was taken before changes nothing.
 */
import { sql } from "kysely";
import type { InboxEntry, Mark } from "../core/ports/store.ts";
import type { OrderHold } from "../core/ports/shop.ts";
import type { StoreContext } from "./context.ts";
import { holdStatements, type HeldOrder } from "./holds.ts";
import { jsonParameter } from "./json.ts";
import { retrying } from "./transaction.ts";
import { markStatement } from "./work-mark.ts";

export async function receive(
  { db, time, clock }: StoreContext,
  entry: InboxEntry,
  marks: readonly Mark[],
  held: { readonly orderId: string; readonly lines: readonly OrderHold[] } | null,
): Promise<boolean> {
  const condition = sql<boolean>`exists (select from taken)`;
  const orders: HeldOrder[] = held === null ? [] : [{ connection: entry.connection, ...held }];
  const { set, remove } = holdStatements(orders, time, condition);
  const statements = [
    sql`taken as (
      insert into stockbridge.inbox (connection, delivery_id, topic, headers, raw, received_at_ms)
      values (${entry.connection}, ${entry.deliveryId}, ${entry.topic}, ${jsonParameter(entry.headers)},
        ${Buffer.from(entry.raw)}, ${Math.floor(entry.receivedAtMs)})
      on conflict (connection, delivery_id) do nothing
      returning 1)`,
  ];
  if (set !== null) statements.push(sql`held as (${set})`);
  if (remove !== null) statements.push(sql`freed as (${remove})`);
  if (marks.length > 0) statements.push(sql`marked as (${markStatement(marks, time, condition)})`);
  const statement = sql<{ taken: boolean }>`with ${sql.join(statements)} select exists (select from taken) as taken`;
  const { rows } = await retrying(clock, () => statement.execute(db));
  return rows[0]?.taken === true;
}

/** Newest first. */
export async function inbox({ db }: StoreContext, connection: string, limit: number): Promise<readonly InboxEntry[]> {
  const rows = await db
    .selectFrom("inbox")
    .selectAll()
    .where("connection", "=", connection)
    .orderBy("received_at_ms", "desc")
    .orderBy("delivery_id", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    connection: row.connection,
    deliveryId: row.delivery_id,
    topic: row.topic,
    headers: row.headers,
    raw: new Uint8Array(row.raw),
    receivedAtMs: row.received_at_ms,
  }));
}
