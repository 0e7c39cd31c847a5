/** Proofs: the newest comparison of each order with what stands in the ERP, to the cent. */
import { sql } from "kysely";
import type { Json, KeyResult } from "../core/ports/store.ts";
import type { Queryable, StoreContext } from "./context.ts";
import { jsonParameter } from "./json.ts";
import type { StoreTime } from "./time.ts";

/** Of results with a proof, whose key's id is the order's. */
export async function writeProofs(
  trx: Queryable,
  time: StoreTime,
  connection: string,
  results: readonly KeyResult[],
): Promise<void> {
  const rows = results.flatMap(({ id, proof }) => (proof === undefined ? [] : [{ id, ...proof }]));
  if (rows.length === 0) return;
  await sql`
    insert into stockbridge.proofs (connection, order_id, equal, body, proved_at_ms)
    select ${connection}, r.id, r.equal, coalesce(r.body, 'null'::jsonb), ${time.now()}
    from jsonb_to_recordset(${jsonParameter(rows)}) as r(id text, equal boolean, body jsonb)
    order by r.id collate "C"
    on conflict (connection, order_id) do update set
      equal = excluded.equal, body = excluded.body, proved_at_ms = excluded.proved_at_ms`.execute(trx);
}

export async function proof(
  { db }: StoreContext,
  connection: string,
  orderId: string,
): Promise<{ equal: boolean; body: Json; provedAtMs: number } | null> {
  const row = await db
    .selectFrom("proofs")
    .selectAll()
    .where("connection", "=", connection)
    .where("order_id", "=", orderId)
    .executeTakeFirst();
  return row === undefined ? null : { equal: row.equal, body: row.body, provedAtMs: row.proved_at_ms };
}

export async function proofCounts({ db }: StoreContext): Promise<{ equal: number; different: number }> {
  const { rows } = await sql<{ equal: number; different: number }>`
    select count(*) filter (where equal) as equal, count(*) filter (where not equal) as different
    from stockbridge.proofs`.execute(db);
  return rows[0] ?? { equal: 0, different: 0 };
}
