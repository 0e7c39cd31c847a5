/**
 * PGlite in this process, in a directory (under an exclusive lock) or in memory. It is spoken to through the same
 * driver as PostgreSQL, with a pool of its only connection.
 *
 * PGlite never calls fsync: what was acknowledged survives the process being killed, but not a loss of power.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { createPgConfig } from "@electric-sql/pglite/node-postgres";
import type { PoolConfig } from "pg";
import { openDatabase, type Database } from "./database.ts";
import { lockDirectory, type LockOwner } from "./lock.ts";

/** All callers share one connection; a backup may keep it for a while. */
const CONNECT_MS_MAX = 120_000;
const DIRECTORY_MODE = 0o700;
const DATA_FOLDER = "pglite";

/** Throws StoreLockedError when another process has the directory open. */
export async function openPgliteDirectory(directory: string, owner: LockOwner): Promise<Database> {
  mkdirSync(directory, { recursive: true, mode: DIRECTORY_MODE });
  const lock = lockDirectory(directory, owner);
  try {
    return await openPglite(new PGlite({ dataDir: join(directory, DATA_FOLDER) }), () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

export function openPgliteMemory(): Promise<Database> {
  return openPglite(new PGlite(), () => {});
}

async function openPglite(pglite: PGlite, onClosed: () => void): Promise<Database> {
  await pglite.waitReady;
  // The configuration carries a connection object beside the settings, which the pool hands to its client.
  const config = createPgConfig(pglite) as PoolConfig;
  const pool: PoolConfig = { ...config, max: 1, connectionTimeoutMillis: CONNECT_MS_MAX, idleTimeoutMillis: 0 };
  return openDatabase("pglite", pool, async () => {
    await pglite.close();
    onClosed();
  });
}
