/**
 * Opens empty stores for tests. On PostgreSQL each test has a database of its own, copied from one that is migrated
 * already; on PGlite the tests of a file share one instance, emptied before each, since a start takes a second.
 */
import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { systemClock } from "../../src/app/system-clock.ts";
import { openStore, type OpenedStore, type StoreOptions } from "../../src/store/open-store.ts";
import { openPostgres, type Postgres } from "../../tools/postgres.ts";
import { ManualClock } from "./manual-clock.ts";

export interface TestStore {
  readonly store: OpenedStore;
  /** The store's time, unless it was opened with the database's. */
  readonly clock: ManualClock;
}

export interface Stores {
  readonly kind: "postgres" | "pglite";
  /** Empty, its time a manual clock. */
  readonly fresh: () => Promise<TestStore>;
  /** Closes everything; to be called after the last test. */
  readonly close: () => Promise<void>;
}

export function pgliteStores(): Stores {
  const clock = new ManualClock();
  let opened: Promise<OpenedStore> | null = null;
  return {
    kind: "pglite",
    fresh: async () => {
      opened ??= openStore({ memory: true, clock, now: "clock" });
      const store = await opened;
      await store.clear();
      clock.reset();
      return { store, clock };
    },
    close: async () => {
      await (await opened)?.close();
    },
  };
}

export type PostgresOptions = Omit<Extract<StoreOptions, { url: string }>, "url">;

export interface PostgresStores extends Stores {
  /** The address of a new, migrated, empty database. */
  readonly database: () => Promise<string>;
  /** The address of a new database without anything in it. */
  readonly bareDatabase: () => Promise<string>;
  /** A store on a database, closed with the others. */
  readonly open: (url: string, options?: Partial<PostgresOptions>) => Promise<OpenedStore>;
}

export function postgresStores(): PostgresStores {
  let server: Promise<{ postgres: Postgres; template: string }> | null = null;
  const opened: OpenedStore[] = [];
  const start = (): Promise<{ postgres: Postgres; template: string }> => (server ??= startServer());
  const open: PostgresStores["open"] = async (url, options = {}) => {
    const store = await openStore({ clock: systemClock, ...options, url });
    opened.push(store);
    return store;
  };
  const create = async (template?: string): Promise<string> => {
    const { postgres } = await start();
    return createDatabase(postgres.url, template);
  };
  return {
    kind: "postgres",
    open,
    database: async () => create((await start()).template),
    bareDatabase: () => create(),
    fresh: async () => {
      const clock = new ManualClock();
      const url = await create((await start()).template);
      return { store: await open(url, { clock, now: "clock", notify: false }), clock };
    },
    close: async () => {
      await Promise.all(opened.map((store) => store.close()));
      if (server !== null) await (await server).postgres.stop();
    },
  };
}

async function startServer(): Promise<{ postgres: Postgres; template: string }> {
  const postgres = await openPostgres({ fsync: false });
  const url = await createDatabase(postgres.url);
  const store = await openStore({ url, clock: systemClock, notify: false });
  await store.close();
  return { postgres, template: new URL(url).pathname.slice(1) };
}

export async function createDatabase(serverUrl: string, template?: string): Promise<string> {
  const name = `stockbridge_test_${randomUUID().replaceAll("-", "")}`;
  await administer(serverUrl, `create database ${name}${template === undefined ? "" : ` template ${template}`}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** One statement outside any store. */
export async function administer(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(statement);
    return rows;
  } finally {
    await client.end();
  }
}
