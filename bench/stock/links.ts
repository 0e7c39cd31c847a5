/** Looks into a hub's database, and brings a fresh one to where it stands after a first sweep: every variant is linked. */
import { SHOP } from "../hub/messages.ts";
import type { BenchDatabase } from "../postgres.ts";
import type { Catalog } from "./catalog.ts";

const ROWS_MAX = 10_000;

export async function linkAll(database: BenchDatabase, catalog: Catalog): Promise<void> {
  for (let first = 0; first < catalog.size; first += ROWS_MAX) {
    const indexes = Array.from({ length: Math.min(ROWS_MAX, catalog.size - first) }, (_, index) => first + index);
    await database.query(
      `insert into stockbridge.links (connection, kind, shop_id, erp_id, label, parent_id)
       select $1, 'variant', shop_id, erp_id, label, null
       from unnest($2::text[], $3::bigint[], $4::text[]) as v(shop_id, erp_id, label)`,
      [
        SHOP,
        indexes.map((index) => String(catalog.shopIdOf(index))),
        indexes.map((index) => catalog.productIdOf(index)),
        indexes.map((index) => catalog.skuOf(index)),
      ],
    );
  }
  await database.query("analyze stockbridge.links");
}

/** How much is still on the list of work, parked keys included. */
export async function openWork(database: BenchDatabase): Promise<number> {
  const [row] = await database.query("select count(*) as open from stockbridge.work");
  return Number(row?.["open"]);
}

/** How often keys were looked at: each look leaves an activity. */
export async function keyRuns(database: BenchDatabase): Promise<number> {
  const [row] = await database.query("select count(*) as runs from stockbridge.activities");
  return Number(row?.["runs"]);
}
