/** Explanations: how each published stock number came about. */
import { sql } from "kysely";
import type { Json, KeyResult } from "../core/ports/store.ts";
import type { Queryable, StoreContext } from "./context.ts";
import { jsonParameter } from "./json.ts";
import type { StoreTime } from "./time.ts";

/** Of results with explanations, whose key's id is the variant's. */
export async function insertExplanations(
  trx: Queryable,
  time: StoreTime,
  connection: string,
  results: readonly KeyResult[],
): Promise<void> {
  const rows = results.flatMap(({ id, explanations: own }) => (own ?? []).map((each) => ({ id, ...each })));
  if (rows.length === 0) return;
  await sql`
    insert into stockbridge.explanations (connection, variant_id, location_id, quantity, wrote, body, at_ms)
    select ${connection}, r.id, r."locationId", r.quantity, r.wrote, coalesce(r.body, 'null'::jsonb), ${time.now()}
    from jsonb_to_recordset(${jsonParameter(rows)}) as r(id text, "locationId" text, quantity double precision, wrote boolean, body jsonb)`.execute(
    trx,
  );
}

export async function explanations(
  { db }: StoreContext,
  connection: string,
  variantId: string,
  limit: number,
): Promise<readonly { locationId: string; quantity: number; wrote: boolean; body: Json; atMs: number }[]> {
  const rows = await db
    .selectFrom("explanations")
    .select(["location_id", "quantity", "wrote", "body", "at_ms"])
    .where("connection", "=", connection)
    .where("variant_id", "=", variantId)
    .orderBy("explanation_id", "desc")
    .limit(limit)
    .execute();
  return rows.map(({ location_id: locationId, at_ms: atMs, ...plain }) => ({ locationId, ...plain, atMs }));
}

/** The newest number of each variant at each location, for those that have one. */
export async function published(
  { db }: StoreContext,
  connection: string,
  variantIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  if (variantIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("explanations")
    .distinctOn(["variant_id", "location_id"])
    .select(["variant_id", "location_id", "quantity"])
    .where("connection", "=", connection)
    .where("variant_id", "in", variantIds)
    .orderBy("variant_id")
    .orderBy("location_id")
    .orderBy("explanation_id", "desc")
    .execute();
  const byVariant = Map.groupBy(rows, ({ variant_id: variantId }) => variantId);
  return new Map(
    [...byVariant].map(([variantId, own]) => [
      variantId,
      new Map(own.map(({ location_id: locationId, quantity }) => [locationId, quantity])),
    ]),
  );
}
