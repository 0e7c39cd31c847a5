/**
 * Writes everything that the store knows into one file, as it was at one moment, while others go on working. The file
 * appears under its name only when it is complete and on the disk. Jobs are not part of it: schedules come from the
 * configuration at each start.
 */
import { createHash, type Hash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { sql, type Transaction } from "kysely";
import { endLine, FORMAT, FORMAT_VERSION, headerLine, tableLine } from "./backup-format.ts";
import type { BackupHeader, BackupProgress, BackupTable } from "./backup-format.ts";
import { MIGRATION_TABLE } from "./migrate.ts";
import type { OpenedStore } from "./open-store.ts";
import { SCHEMA, TABLE_NAMES, type Tables } from "./schema.ts";

export const ROWS_PER_READ = 200;
/** The disk may be slow; nothing else of the transaction waits. */
const IDLE_MS_MAX = 120_000;
const FILE_MODE = 0o600;

export interface BackupOptions {
  readonly onProgress?: (progress: BackupProgress) => void;
}

export interface BackupSummary {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

/** Replaces a file of that name. On PGlite the store's other callers wait until it is done. */
export async function backup(store: OpenedStore, path: string, options: BackupOptions = {}): Promise<BackupSummary> {
  const temporary = `${path}.partial-${process.pid}`;
  try {
    const rows = await writeFile(temporary, store, options);
    const { size: bytes } = await stat(temporary);
    await rename(temporary, path);
    await syncDirectory(dirname(path));
    return { path, rows, bytes };
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** How many rows the file has. It is on the disk when this resolves. */
async function writeFile(path: string, store: OpenedStore, options: BackupOptions): Promise<number> {
  const { db, clock } = store.context;
  // One snapshot for all tables.
  const transaction = db.transaction().setIsolationLevel("repeatable read").setAccessMode("read only");
  return transaction.execute(async (trx) => {
    await sql`select set_config('idle_in_transaction_session_timeout', ${String(IDLE_MS_MAX)}, true)`.execute(trx);
    const header = await readShape(trx, clock.nowMs());
    const lines = Readable.from(linesOf(trx, header, options), { objectMode: true, highWaterMark: 1 });
    await pipeline(lines, createGzip(), createWriteStream(path, { mode: FILE_MODE, flush: true }));
    return header.tables.reduce((sum, table) => sum + table.rows, 0);
  });
}

async function readShape(trx: Transaction<Tables>, createdAtMs: number): Promise<BackupHeader> {
  const migrations = await sql<{
    name: string;
  }>`select name from ${sql.table(`${SCHEMA}.${MIGRATION_TABLE}`)} order by name`.execute(trx);
  const sequences = await sql<{ name: string; last: number | null }>`
    select sequencename as name, last_value as last from pg_sequences where schemaname = ${SCHEMA}`.execute(trx);
  const tables: BackupTable[] = [];
  for (const name of TABLE_NAMES) {
    const columns = await sql<{ name: string }>`
      select column_name as name from information_schema.columns
      where table_schema = ${SCHEMA} and table_name = ${name} order by ordinal_position`.execute(trx);
    const count = await sql<{ rows: number }>`select count(*) as rows from ${sql.table(`${SCHEMA}.${name}`)}`.execute(
      trx,
    );
    tables.push({ name, columns: columns.rows.map((column) => column.name), rows: count.rows[0]?.rows ?? 0 });
  }
  return {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    createdAtMs,
    migrations: migrations.rows.map(({ name }) => name),
    sequences: Object.fromEntries(sequences.rows.map(({ name, last }) => [name, last ?? 0])),
    tables,
  };
}

async function* linesOf(
  trx: Transaction<Tables>,
  header: BackupHeader,
  { onProgress }: BackupOptions,
): AsyncGenerator<string> {
  const hash = createHash("sha256");
  yield hashed(hash, headerLine(header));
  const rowsTotal = header.tables.reduce((sum, table) => sum + table.rows, 0);
  let rowsDone = 0;
  for (const { name } of header.tables) {
    yield hashed(hash, tableLine(name));
    onProgress?.({ table: name, rowsDone, rowsTotal });
    for await (const lines of rowsOf(trx, name)) {
      yield hashed(hash, lines.join("\n"));
      rowsDone += lines.length;
      onProgress?.({ table: name, rowsDone, rowsTotal });
    }
  }
  yield `${endLine({ rows: rowsDone, sha256: hash.digest("hex") })}\n`;
}

/** PostgreSQL writes the rows as JSON itself: no value passes through another type on its way. */
async function* rowsOf(trx: Transaction<Tables>, name: string): AsyncGenerator<string[]> {
  const table = sql.table(`${SCHEMA}.${name}`);
  await sql`declare backup_rows no scroll cursor for select row_to_json(t)::text as line from ${table} t`.execute(trx);
  for (;;) {
    const { rows } = await sql<{ line: string }>`fetch ${sql.lit(ROWS_PER_READ)} from backup_rows`.execute(trx);
    if (rows.length === 0) break;
    yield rows.map(({ line }) => line);
  }
  await sql`close backup_rows`.execute(trx);
}

function hashed(hash: Hash, text: string): string {
  const line = `${text}\n`;
  hash.update(line);
  return line;
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
