/**
 * Puts a backup into a store of either kind, in one transaction: after it everything is there, or nothing has changed.
 * Counts and checksum are verified before the commit. Whoever still runs with an old fence can write nothing: fences go on
 * above those of the backup and of the store, and no lease is carried over.
 */
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { sql, type Transaction } from "kysely";
import { BackupError, damaged, LINE_BYTES_MAX, readHeader, readMark } from "./backup-format.ts";
import type { BackupEnd, BackupHeader, BackupProgress, BackupTable } from "./backup-format.ts";
import { MIGRATION_NAMES } from "./migrate.ts";
import type { OpenedStore } from "./open-store.ts";
import { SCHEMA, TABLE_NAMES, type Tables } from "./schema.ts";

export const ROWS_PER_WRITE = 500;
export const BYTES_PER_WRITE = 4 * 1024 * 1024;
/** The disk may be slow; nothing else of the transaction waits. */
const IDLE_MS_MAX = 120_000;
/** A hub that still works on the store would hold its tables. */
const LOCK_MS_MAX = 10_000;

export interface RestoreOptions {
  /** Empty the store first. Without it a store that holds anything is refused. */
  readonly replace?: boolean;
  readonly onProgress?: (progress: BackupProgress) => void;
}

export interface RestoreSummary {
  readonly rows: number;
  /** When the backup was made, UTC. */
  readonly createdAtMs: number;
}

/** Throws BackupError when the file is damaged or does not fit. Stop the hub before: its tables are locked meanwhile. */
export async function restore(store: OpenedStore, path: string, options: RestoreOptions = {}): Promise<RestoreSummary> {
  const { db } = store.context;
  return db.transaction().execute(async (trx) => {
    await sql`select set_config('idle_in_transaction_session_timeout', ${String(IDLE_MS_MAX)}, true),
      set_config('lock_timeout', ${String(LOCK_MS_MAX)}, true), set_config('statement_timeout', '0', true)`.execute(
      trx,
    );
    await takeOver(trx, options.replace === true);
    const reader = new Reader(trx, options);
    try {
      await pipeline(createReadStream(path), createGunzip(), (source: AsyncIterable<Buffer>) => reader.readAll(source));
    } catch (error) {
      throw isZlib(error) ? damaged(`it cannot be unpacked (${error.message})`) : error;
    }
    const { header, end } = reader.finished();
    await settle(trx, header);
    return { rows: end.rows, createdAtMs: header.createdAtMs };
  });
}

/** Nobody else reads or writes until the end; and the store is empty. */
async function takeOver(trx: Transaction<Tables>, replace: boolean): Promise<void> {
  const tables = sql.join(TABLE_NAMES.map((name) => sql.table(`${SCHEMA}.${name}`)));
  await sql`lock table ${tables} in access exclusive mode`.execute(trx);
  if (replace) {
    await sql`truncate ${tables}`.execute(trx);
    return;
  }
  for (const name of TABLE_NAMES) {
    const { rows } = await sql`select 1 from ${sql.table(`${SCHEMA}.${name}`)} limit 1`.execute(trx);
    if (rows.length > 0) {
      throw new BackupError(
        `The store is not empty (${name} has rows). Say that it is to be replaced, or restore into a new one.`,
      );
    }
  }
}

/** Reads the file's lines in order and writes the rows in portions. */
class Reader {
  readonly #trx: Transaction<Tables>;
  readonly #options: RestoreOptions;
  readonly #hash: Hash = createHash("sha256");
  #header: BackupHeader | null = null;
  #end: BackupEnd | null = null;
  #table: BackupTable | null = null;
  #rowsOfTable = 0;
  #rowsDone = 0;
  #pending: string[] = [];
  #pendingBytes = 0;

  constructor(trx: Transaction<Tables>, options: RestoreOptions) {
    this.#trx = trx;
    this.#options = options;
  }

  async readAll(source: AsyncIterable<Buffer>): Promise<void> {
    for await (const line of linesOf(source)) await this.#readLine(line);
  }

  finished(): { header: BackupHeader; end: BackupEnd } {
    if (this.#header === null) throw new BackupError("This file is not a backup of Stockbridge.");
    if (this.#end === null) throw damaged("its end is missing");
    return { header: this.#header, end: this.#end };
  }

  async #readLine(line: Buffer): Promise<void> {
    if (this.#end !== null) throw damaged("something follows its end");
    const text = line.toString("utf8");
    if (this.#header === null) this.#header = fitting(readHeader(text));
    else if (line[0] === BRACE) await this.#row(text, line.length);
    else await this.#mark(text);
    if (this.#end === null) this.#hash.update(line).update("\n");
  }

  async #row(text: string, bytes: number): Promise<void> {
    if (this.#table === null) throw damaged("a row stands before any table");
    this.#pending.push(text);
    this.#pendingBytes += bytes;
    if (this.#pending.length >= ROWS_PER_WRITE || this.#pendingBytes >= BYTES_PER_WRITE) await this.#write();
  }

  async #mark(text: string): Promise<void> {
    await this.#endTable();
    const mark = readMark(text);
    if ("end" in mark) {
      if (mark.end.sha256 !== this.#hash.digest("hex")) throw damaged("its checksum does not match");
      if (mark.end.rows !== this.#rowsDone) throw damaged(`it has ${this.#rowsDone} rows instead of ${mark.end.rows}`);
      this.#end = mark.end;
      return;
    }
    const table = this.#header?.tables.find(({ name }) => name === mark.table);
    if (table === undefined) throw damaged(`its header does not name the table ${mark.table}`);
    this.#table = table;
    this.#rowsOfTable = 0;
  }

  async #endTable(): Promise<void> {
    await this.#write();
    if (this.#table !== null && this.#rowsOfTable !== this.#table.rows) {
      throw damaged(`${this.#table.name} has ${this.#rowsOfTable} rows instead of ${this.#table.rows}`);
    }
  }

  async #write(): Promise<void> {
    if (this.#table === null || this.#pending.length === 0) return;
    await insertRows(this.#trx, this.#table, this.#pending);
    this.#rowsOfTable += this.#pending.length;
    this.#rowsDone += this.#pending.length;
    this.#pending = [];
    this.#pendingBytes = 0;
    const rowsTotal = this.#header?.tables.reduce((sum, table) => sum + table.rows, 0) ?? 0;
    this.#options.onProgress?.({ table: this.#table.name, rowsDone: this.#rowsDone, rowsTotal });
  }
}

const BRACE = "{".charCodeAt(0);
const NEWLINE = "\n".charCodeAt(0);

/** A backup of an older version fits as long as its tables and columns still exist; new columns get their defaults. */
function fitting(header: BackupHeader): BackupHeader {
  const newer = header.migrations.filter((name) => !MIGRATION_NAMES.includes(name));
  if (newer.length > 0) {
    throw new BackupError(
      `This backup was made by a newer version of Stockbridge (it has ${newer.join(", ")}). Restore it with that version.`,
    );
  }
  const unknown = header.tables.filter(({ name }) => !TABLE_NAMES.some((known) => known === name));
  if (unknown.length > 0)
    throw damaged(`it has tables that no version knows (${unknown.map(({ name }) => name).join(", ")})`);
  return header;
}

async function insertRows(
  trx: Transaction<Tables>,
  { name, columns }: BackupTable,
  lines: readonly string[],
): Promise<void> {
  const table = sql.table(`${SCHEMA}.${name}`);
  const into = sql.join(columns.map((column) => sql.id(column)));
  const from = sql.join(
    columns.map((column) => (column === "body" ? sql`coalesce(${sql.id(column)}, 'null'::jsonb)` : sql.id(column))),
  );
  await sql`insert into ${table} (${into}) overriding system value
    select ${from} from json_populate_recordset(null::${table}, ${`[${lines.join(",")}]`}::json)`.execute(trx);
}

async function settle(trx: Transaction<Tables>, { sequences }: BackupHeader): Promise<void> {
  for (const [name, last] of Object.entries(sequences)) {
    if (last < 1) continue;
    await sql`
      select setval((quote_ident(schemaname) || '.' || quote_ident(sequencename))::regclass, greatest(${last}::bigint, coalesce(last_value, 1)))
      from pg_sequences where schemaname = ${SCHEMA} and sequencename = ${name}`.execute(trx);
  }
  await sql`update stockbridge.work set fence = null, lease_until_ms = null, touches = null where fence is not null`.execute(
    trx,
  );
}

async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    let buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = buffer.indexOf(NEWLINE); end >= 0; end = buffer.indexOf(NEWLINE)) {
      yield buffer.subarray(0, end);
      buffer = buffer.subarray(end + 1);
    }
    if (buffer.length > LINE_BYTES_MAX) throw damaged("a line of it has no end");
    rest = buffer;
  }
  if (rest.length > 0) throw damaged("its last line is incomplete");
}

function isZlib(error: unknown): error is Error {
  return error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("Z_");
}
