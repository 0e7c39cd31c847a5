/**
 * Deliveries in. A delivery's row, its holds and its marks are committed together: when `receive` has resolved, they are
 * there, whatever happens to the process; a delivery that was taken before changes nothing. One delivery is one
 * statement; several at a time share one transaction, since a commit's wait for the disk costs as much for thirty rows as
 * for one.
 */
import { sql } from "kysely";
import type { InboxEntry, Mark } from "../core/ports/store.ts";
import type { OrderHold } from "../core/ports/shop.ts";
import type { Queryable, StoreContext } from "./context.ts";
import { holdStatements, type HeldOrder } from "./holds.ts";
import { jsonParameter, jsonText } from "./json.ts";
import { inTransaction, retrying } from "./transaction.ts";
import { markStatement } from "./work-mark.ts";

export interface Arrival {
  readonly entry: InboxEntry;
  readonly marks: readonly Mark[];
  /** The whole set of what its order holds from now on; null: it says nothing of holds. */
  readonly held: { readonly orderId: string; readonly lines: readonly OrderHold[] } | null;
}

/** Whether each was taken, in the order given; of one delivery that is there twice, the first is. All or nothing. */
export async function receiveGroup(context: StoreContext, arrivals: readonly Arrival[]): Promise<readonly boolean[]> {
  const [only] = arrivals;
  if (only !== undefined && arrivals.length === 1) return [await receive(context, only)];
  const { db, time, clock } = context;
  const first = new Map([...arrivals].reverse().map((arrival) => [nameOf(arrival.entry), arrival]));
  return inTransaction(db, clock, async (trx) => {
    const inserted = await insertEntries(
      trx,
      [...first.values()].map(({ entry }) => entry),
    );
    const isTaken = (arrival: Arrival): boolean => {
      const name = nameOf(arrival.entry);
      return first.get(name) === arrival && inserted.has(name);
    };
    const taken = arrivals.filter(isTaken);
    // Keys before holds, as the end of a run locks them.
    const marks = taken.flatMap((arrival) => arrival.marks);
    if (marks.length > 0) await markStatement(marks, time).execute(trx);
    const orders = taken.flatMap(({ entry, held }) =>
      held === null ? [] : [{ connection: entry.connection, ...held }],
    );
    const { set, remove } = holdStatements(orders, time);
    if (set !== null) await set.execute(trx);
    if (remove !== null) await remove.execute(trx);
    return arrivals.map(isTaken);
  });
}

function nameOf({ connection, deliveryId }: Pick<InboxEntry, "connection" | "deliveryId">): string {
  return JSON.stringify([connection, deliveryId]);
}

/** Answers the names of those that were not there yet. In the order of their ids, so that two groups never wait for each other crosswise. */
async function insertEntries(trx: Queryable, entries: readonly InboxEntry[]): Promise<ReadonlySet<string>> {
  const rows = entries
    .map((entry) => ({ entry, name: nameOf(entry) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ entry }) => ({
      connection: entry.connection,
      delivery_id: entry.deliveryId,
      topic: entry.topic,
      headers: jsonText(entry.headers),
      raw: Buffer.from(entry.raw),
      received_at_ms: Math.floor(entry.receivedAtMs),
    }));
  const inserted = await trx
    .insertInto("inbox")
    .values(rows)
    .onConflict((conflict) => conflict.columns(["connection", "delivery_id"]).doNothing())
    .returning(["connection", "delivery_id as deliveryId"])
    .execute();
  return new Set(inserted.map(nameOf));
}

async function receive({ db, time, clock }: StoreContext, { entry, marks, held }: Arrival): Promise<boolean> {
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
