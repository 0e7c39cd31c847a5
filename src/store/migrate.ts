/**
 * Brings a database to the newest shape. Safe when several processes start at once: one migrates under a session-level
 * advisory lock, the others wait and find nothing to do.
 */
import { sql, type Kysely } from "kysely";
import { Migrator, type Migration } from "kysely/migration";
import * as tables from "./migrations/0001-tables.ts";
import * as claim from "./migrations/0002-claim.ts";
import * as locations from "./migrations/0003-locations.ts";
import { SCHEMA } from "./schema.ts";

/** In order, for ever: a migration that was released is never changed. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "0001-tables": tables,
  "0002-claim": claim,
  "0003-locations": locations,
};

export const MIGRATION_NAMES: readonly string[] = Object.keys(MIGRATIONS);
export const MIGRATION_TABLE = "migrations";
const MIGRATION_LOCK_TABLE = "migration_lock";
/** Any number that no other program uses for its advisory locks in the same database. */
const MIGRATION_LOCK_ID = 7_302_114_001;
/** Building an index on a large table may take long. */
const MIGRATION_STATEMENT_MS_MAX = 30 * 60_000;

export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

export async function migrate<Tables>(db: Kysely<Tables>): Promise<void> {
  await db.connection().execute(async (connection) => {
    await sql`select set_config('statement_timeout', ${String(MIGRATION_STATEMENT_MS_MAX)}, false)`.execute(connection);
    await sql`select pg_advisory_lock(${MIGRATION_LOCK_ID})`.execute(connection);
    try {
      await sql`create schema if not exists ${sql.id(SCHEMA)}`.execute(connection);
      const migrator = new Migrator({
        db: connection,
        provider: { getMigrations: async () => MIGRATIONS },
        migrationTableSchema: SCHEMA,
        migrationTableName: MIGRATION_TABLE,
        migrationLockTableName: MIGRATION_LOCK_TABLE,
      });
      const { error, results } = await migrator.migrateToLatest();
      if (error !== undefined) throw new MigrationError(sentence(error, results), { cause: error });
    } finally {
      // Fails only when the connection is gone, and the lock with it; the error that broke it is the one to tell.
      await sql`select pg_advisory_unlock(${MIGRATION_LOCK_ID})`.execute(connection).catch(() => {});
      await sql`reset statement_timeout`.execute(connection).catch(() => {});
    }
  });
}

function sentence(error: unknown, results: readonly { migrationName: string; status: string }[] | undefined): string {
  const message = error instanceof Error ? error.message : String(error);
  const failed = results?.find(({ status }) => status === "Error");
  // Kysely names the migration that it misses when the database is newer than this program.
  if (failed === undefined) return `The store's database does not fit this version of Stockbridge: ${message}`;
  return `The store's migration ${failed.migrationName} failed: ${message}`;
}
