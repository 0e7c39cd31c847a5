/** Links: which record of the ERP belongs to which of a shop. They can be rebuilt from the two systems. */
import { sql } from "kysely";
import type { Link } from "../core/ports/store.ts";
import type { Queryable, StoreContext } from "./context.ts";
import { jsonParameter } from "./json.ts";
import type { LinksTable } from "./schema.ts";

/** Pages of variant links are never longer. */
export const LINKS_PAGE_MAX = 10_000;

/** A link that exists is replaced. Of two for the same thing the last one counts. */
export async function writeLinks(trx: Queryable, links: readonly Link[]): Promise<void> {
  if (links.length === 0) return;
  const unique = new Map(links.map((link) => [JSON.stringify([link.connection, link.kind, link.shopId]), link]));
  await sql`
    insert into stockbridge.links as l (connection, kind, shop_id, erp_id, label, parent_id, item_id)
    select r.connection, r.kind, r."shopId", r."erpId", r.label, r."parentId", r."itemId"
    from jsonb_to_recordset(${jsonParameter([...unique.values()])})
      as r(connection text, kind text, "shopId" text, "erpId" bigint, label text, "parentId" text, "itemId" text)
    order by r.connection collate "C", r.kind collate "C", r."shopId" collate "C"
    on conflict (connection, kind, shop_id) do update set
      erp_id = excluded.erp_id, label = excluded.label, parent_id = excluded.parent_id, item_id = excluded.item_id
    where (l.erp_id, l.label, l.parent_id, l.item_id)
      is distinct from (excluded.erp_id, excluded.label, excluded.parent_id, excluded.item_id)`.execute(trx);
}

export async function links(
  { db }: StoreContext,
  connection: string,
  kind: Link["kind"],
  shopIds: readonly string[],
): Promise<readonly Link[]> {
  if (shopIds.length === 0) return [];
  const rows = await db
    .selectFrom("links")
    .selectAll()
    .where("connection", "=", connection)
    .where("kind", "=", kind)
    .where("shop_id", "=", sql<string>`any(${shopIds}::text[])`)
    .orderBy("shop_id")
    .execute();
  return rows.map(linkOf);
}

/** Several variants may count one thing; all of them are answered. */
export async function linksByItem(
  { db }: StoreContext,
  connection: string,
  itemIds: readonly string[],
): Promise<readonly Link[]> {
  if (itemIds.length === 0) return [];
  const rows = await db
    .selectFrom("links")
    .selectAll()
    .where("connection", "=", connection)
    .where("kind", "=", "variant")
    .where("item_id", "=", sql<string>`any(${itemIds}::text[])`)
    .orderBy("shop_id")
    .execute();
  return rows.map(linkOf);
}

export async function linksByErp(
  { db }: StoreContext,
  kind: Link["kind"],
  erpIds: readonly number[],
): Promise<readonly Link[]> {
  if (erpIds.length === 0) return [];
  const rows = await db
    .selectFrom("links")
    .selectAll()
    .where("kind", "=", kind)
    .where("erp_id", "=", sql<number>`any(${erpIds}::bigint[])`)
    .orderBy("connection")
    .orderBy("shop_id")
    .execute();
  return rows.map(linkOf);
}

export async function variantLinks(
  { db }: StoreContext,
  connection: string,
  afterShopId: string | null,
  limit: number,
): Promise<readonly Link[]> {
  let query = db
    .selectFrom("links")
    .selectAll()
    .where("connection", "=", connection)
    .where("kind", "=", "variant")
    .orderBy("shop_id")
    .limit(Math.min(limit, LINKS_PAGE_MAX));
  if (afterShopId !== null) query = query.where("shop_id", ">", afterShopId);
  return (await query.execute()).map(linkOf);
}

function linkOf(row: LinksTable): Link {
  return {
    connection: row.connection,
    kind: row.kind,
    shopId: row.shop_id,
    erpId: row.erp_id,
    label: row.label,
    parentId: row.parent_id,
    itemId: row.item_id,
  };
}
