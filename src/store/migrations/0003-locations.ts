/**
 * Stock by location: explanations say where, and links remember what a shop counts, where that is not the variant itself.
 * The default is the one location of a shop that knows none; backups made before this have no such column.
 */
import { sql, type Kysely } from "kysely";

const STATEMENTS = [
  `alter table stockbridge.links add column item_id text collate "C"`,
  `create index links_item on stockbridge.links (connection, item_id) where item_id is not null`,

  `alter table stockbridge.explanations add column location_id text collate "C" not null default 'shop'`,
  `drop index stockbridge.explanations_variant`,
  `create index explanations_place on stockbridge.explanations (connection, variant_id, location_id, explanation_id desc)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
