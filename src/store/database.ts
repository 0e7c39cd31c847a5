/**
 * One pool of connections, to a PostgreSQL server or to PGlite in this process, and the query builder on it. Through
 * either, a value arrives as the same JS type, and a database that is away rejects with StoreUnavailableError; no
 * error of an idle connection ends the process.
 */
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from "kysely";
import { Pool, types as pgTypes, type CustomTypesConfig, type PoolClient, type PoolConfig } from "pg";
import { SCHEMA, type Tables } from "./schema.ts";
import { cleanText } from "./json.ts";
import { isUnavailable, storeError } from "./unavailable.ts";

export const POOL_MAX = 10;
/** The server's word on one statement; the client gives up a little later, in case the server cannot answer. */
export const STATEMENT_MS_MAX = 60_000;
const QUERY_MS_MAX = STATEMENT_MS_MAX + 5_000;
/** Waiting for a free connection included. */
const CONNECT_MS_MAX = 10_000;
const KEEP_ALIVE_MS = 10_000;
/** A stopped process must not keep rows locked: no transaction here waits for anything but the database. */
export const IDLE_IN_TRANSACTION_MS_MAX = 5_000;

const OID_INT8 = 20;

export type StoreDb = Kysely<Tables>;

/** A query on a connection of the pool: text with $1 placeholders and their values. */
export type RawQuery = (text: string, values?: readonly unknown[]) => Promise<{ rows: Record<string, unknown>[] }>;

export interface Database {
  readonly kind: "postgres" | "pglite";
  /** Tables are found in the schema `stockbridge`. */
  readonly db: StoreDb;
  /** One statement, or several without values, outside any transaction of the store; used by the jobs library. */
  readonly query: RawQuery;
  close(): Promise<void>;
}

export function postgresPoolConfig(options: {
  url: string;
  poolMax?: number;
  idleInTransactionMs?: number;
}): PoolConfig {
  return {
    connectionString: options.url,
    max: options.poolMax ?? POOL_MAX,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    statement_timeout: STATEMENT_MS_MAX,
    query_timeout: QUERY_MS_MAX,
    idle_in_transaction_session_timeout: options.idleInTransactionMs ?? IDLE_IN_TRANSACTION_MS_MAX,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    application_name: "stockbridge",
  };
}

/** `config` is a pool's for either kind; `onClosed` ends what the pool spoke to. */
export function openDatabase(
  kind: Database["kind"],
  config: PoolConfig,
  onClosed: () => Promise<void> = async () => {},
): Database {
  const pool = new Pool({ ...config, types: TYPES });
  // Without listeners an idle connection that breaks would end the process; the next query opens another one.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const guarded = guardedPool(pool);
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: guarded }) });
  return {
    kind,
    db: kysely.withSchema(SCHEMA),
    query: (text, values) => queryOnce(guarded, text, values),
    close: async () => {
      // Not through the query builder: it ends the pool only when it has used it.
      await pool.end();
      await onClosed();
    },
  };
}

const TYPES: CustomTypesConfig = {
  // The same for text and binary answers; only text ones are asked for.
  getTypeParser: ((oid: number, format?: "text" | "binary"): unknown =>
    oid === OID_INT8 ? safeInteger : pgTypes.getTypeParser(oid, format)) as CustomTypesConfig["getTypeParser"],
};

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} is beyond what a number holds exactly`);
  return value;
}

function guardedPool(pool: Pool): PostgresPool {
  return {
    options: {},
    connect: async () => {
      try {
        return guardedClient(await pool.connect());
      } catch (error) {
        throw storeError(error);
      }
    },
    end: () => pool.end(),
  };
}

/** A connection on which a query failed because of the connection is not used again. */
function guardedClient(client: PoolClient): PostgresPoolClient {
  let broken = false;
  const query = async (text: string, values: readonly unknown[] = []): Promise<unknown> => {
    try {
      return await client.query(text, values.length === 0 ? undefined : values.map(parameter));
    } catch (error) {
      if (isUnavailable(error)) broken = true;
      throw storeError(error);
    }
  };
  return {
    query: query as PostgresPoolClient["query"],
    release: (destroy) => client.release(broken || destroy === true),
  };
}

function parameter(value: unknown): unknown {
  return typeof value === "string" ? cleanText(value) : value;
}

async function queryOnce(
  pool: PostgresPool,
  text: string,
  values: readonly unknown[] = [],
): Promise<{ rows: Record<string, unknown>[] }> {
  const client = await pool.connect();
  try {
    const answer = await client.query<Record<string, unknown>>(text, values);
    // Several statements answer a list of results.
    const results = Array.isArray(answer) ? (answer as { rows?: Record<string, unknown>[] }[]) : [answer];
    return { rows: results.flatMap((result) => result.rows ?? []) };
  } catch (error) {
    // A block of statements may have begun a transaction that its error left open.
    await client.query("rollback", []).catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}
