/**
 * Opens the hub's database, brings it to the newest shape, and answers the store that the engine, the web and the
 * commands work with. PostgreSQL by URL (several processes may share it), or PGlite in this process.
 */
import { sql } from "kysely";
import type { Clock } from "../core/ports/clock.ts";
import type { ConnectionLimit, HubStore, Lane } from "../core/ports/store.ts";
import { activities } from "./activities.ts";
import { commit } from "./commit.ts";
import { connectionState, pause, resume } from "./connections.ts";
import type { StoreContext } from "./context.ts";
import { openDatabase, postgresPoolConfig, type Database } from "./database.ts";
import { advance, cursor, readDocument, writeDocument } from "./documents.ts";
import { explanations, published } from "./explanations.ts";
import { heldOrders, holds, holdsOfOrders } from "./holds.ts";
import { inbox, receiveGroup } from "./inbox.ts";
import { keyState, keyStates } from "./key-states.ts";
import { links, linksByErp, linksByItem, variantLinks } from "./links.ts";
import { migrate } from "./migrate.ts";
import { openPgliteDirectory, openPgliteMemory } from "./pglite.ts";
import { proof, proofCounts } from "./proofs.ts";
import { groupReceives } from "./receive-group.ts";
import { expire, type RetentionLimits } from "./retention.ts";
import { SCHEMA, TABLE_NAMES } from "./schema.ts";
import { clockTime, databaseTime } from "./time.ts";
import { Upkeep } from "./upkeep.ts";
import { claim } from "./work-claim.ts";
import { retry, skip } from "./work-desk.ts";
import { beat, endLeases, holdsLease } from "./work-lease.ts";
import { backlog, nextDueMs, work } from "./work-list.ts";
import { CHANNEL, listen } from "./work-listener.ts";
import { mark } from "./work-mark.ts";
import { WorkSignal } from "./work-signal.ts";

/** `postgres://...`, a directory for PGlite's files, or PGlite in memory (gone when closed). */
export type StorePlace = { readonly url: string } | { readonly directory: string } | { readonly memory: true };

export type StoreOptions = StorePlace & {
  /** For waiting; and for what time it is, when `now` is `clock`. */
  readonly clock: Clock;
  /** `database` (default): the server's clock, one time for all processes. `clock`: the injected one, for simulations. */
  readonly now?: "database" | "clock";
  /** Connections to PostgreSQL; one more listens. */
  readonly poolMax?: number;
  /** False: other processes are neither told of new work nor heard; workers wake by time. Default true. */
  readonly notify?: boolean;
  /** A transaction that stands still for longer is ended by the server. Must not be longer than any lease. */
  readonly idleInTransactionMs?: number;
};

export interface OpenedStore extends HubStore {
  readonly kind: Database["kind"];
  /** For this layer's own parts: jobs, backup, restore, tests. */
  readonly context: StoreContext;
  readonly query: Database["query"];
  /** Empties every table. For tests, and for a restore that was told to replace what is there. */
  clear(): Promise<void>;
}

/** Throws StoreUnavailableError, StoreLockedError (a directory in use) or MigrationError. */
export async function openStore(options: StoreOptions): Promise<OpenedStore> {
  const database = await openPlace(options);
  try {
    await migrate(database.db);
  } catch (error) {
    await database.close();
    throw error;
  }
  const { clock } = options;
  const time = options.now === "clock" ? clockTime(clock) : databaseTime();
  const context: StoreContext = { db: database.db, time, clock };
  if ("directory" in options) await endLeases(context);
  const shared = "url" in options && options.notify !== false;
  const upkeep = new Upkeep(database.db, database.kind);
  const signal = new WorkSignal(clock, shared ? notifier(context) : null);
  const listener = shared ? listen(options.url, signal, clock) : null;
  return {
    ...workStore(context, signal, upkeep),
    ...knowledgeStore(context, upkeep),
    ...lifecycle(context, database, async () => {
      await listener?.close();
      await signal.close();
      await upkeep.close();
    }),
  };
}

function openPlace(options: StoreOptions): Promise<Database> {
  if ("url" in options) return Promise.resolve(openDatabase("postgres", postgresPoolConfig(options)));
  if ("memory" in options) return openPgliteMemory();
  const since = new Date(options.clock.nowMs()).toISOString();
  return openPgliteDirectory(options.directory, { pid: process.pid, since });
}

function notifier({ db }: StoreContext): (payload: string) => Promise<void> {
  return async (payload) => {
    await sql`select pg_notify(${CHANNEL}, ${payload})`.execute(db);
  };
}

function workStore(
  context: StoreContext,
  signal: WorkSignal,
  upkeep: Upkeep,
): Omit<HubStore, keyof ReturnType<typeof knowledgeStore> | "close"> {
  const receiveOne = groupReceives((group) => receiveGroup(context, group));
  let latest: { lanes: readonly Lane[]; limits: readonly ConnectionLimit[] } = { lanes: [], limits: [] };
  return {
    mark: async (marks) => {
      await mark(context, marks);
      upkeep.changed(marks.length);
      if (marks.length > 0) signal.announce();
    },
    receive: async (entry, marks, held) => {
      const taken = await receiveOne({ entry, marks, held });
      upkeep.changed(marks.length);
      if (taken && marks.length > 0) signal.announce();
      return taken;
    },
    advance: async (to, marks, held) => {
      await advance(context, to, marks, held);
      upkeep.changed(marks.length);
      if (marks.length > 0) signal.announce();
    },
    claim: async (lanes, limits, leaseMs) => {
      latest = { lanes, limits };
      const { version } = signal;
      const found = await claim(context, lanes, limits, leaseMs);
      if (found === null) signal.nothingAt(version);
      return found;
    },
    beat: (held, leaseMs) => beat(context, held, leaseMs),
    holdsLease: (held) => holdsLease(context, held),
    commit: async (held, results) => {
      const lost = await commit(context, held, results);
      upkeep.changed(results.length);
      if (results.some(({ marks }) => (marks ?? []).length > 0)) signal.announce();
      // A limit may have become free, and a hint that came meanwhile made a key due again.
      signal.wake();
      return lost;
    },
    nextDueMs: (lanes = latest.lanes, limits = latest.limits) => nextDueMs(context, lanes, limits),
    waitForWork: (ms, abort) => signal.wait(ms, abort),
    connectionState: (connection) => connectionState(context, connection),
    pause: (connection, failure, untilMs) => pause(context, connection, failure, untilMs),
    resume: async (connection) => {
      if (await resume(context, connection)) signal.announce();
    },
    retry: async (key) => {
      const found = await retry(context, key);
      if (found) signal.announce();
      return found;
    },
    skip: (key, reason) => skip(context, key, reason),
    work: (filter, limit) => work(context, filter, limit),
    backlog: () => backlog(context),
  };
}

function knowledgeStore(context: StoreContext, upkeep: Upkeep) {
  return {
    links: links.bind(null, context),
    linksByItem: linksByItem.bind(null, context),
    linksByErp: linksByErp.bind(null, context),
    variantLinks: variantLinks.bind(null, context),
    holds: holds.bind(null, context),
    holdsOfOrders: holdsOfOrders.bind(null, context),
    heldOrders: heldOrders.bind(null, context),
    published: published.bind(null, context),
    keyState: keyState.bind(null, context),
    keyStates: keyStates.bind(null, context),
    activities: activities.bind(null, context),
    proof: proof.bind(null, context),
    proofCounts: proofCounts.bind(null, context),
    explanations: explanations.bind(null, context),
    inbox: inbox.bind(null, context),
    cursor: cursor.bind(null, context),
    readDocument: readDocument.bind(null, context),
    writeDocument: writeDocument.bind(null, context),
    expire: async (before: RetentionLimits) => {
      const rows = await expire(context, before);
      if (rows > 0) await upkeep.all();
      return rows;
    },
  };
}

/** `settle` ends what works in the background. */
function lifecycle(context: StoreContext, database: Database, settle: () => Promise<void>) {
  let closing: Promise<void> | null = null;
  const closeAll = async (): Promise<void> => {
    await settle();
    await database.close();
  };
  return {
    kind: database.kind,
    context,
    query: database.query,
    clear: async () => {
      const tables = TABLE_NAMES.map((name) => `${SCHEMA}.${name}`).join(", ");
      await sql.raw(`truncate ${tables} restart identity`).execute(context.db);
    },
    close: () => (closing ??= closeAll()),
  };
}
