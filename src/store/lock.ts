/**
 * One process per directory. Two processes on one PGlite directory would silently lose rows of each other, and PGlite
 * itself does not notice, so the hub holds a lock of its own beside PGlite's files.
 *
 * The lock is the operating system's (a byte-range lock that SQLite, which is part of Node, takes on an empty file): it
 * ends with the process however that ends, kill -9 included, is not fooled by process ids that are used again, holds
 * across containers that share the directory, and works on every platform. The file beside it only says who has it.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";

const LOCK_FILE = "store.lock";
const OWNER_FILE = "store.owner.json";
const SQLITE_BUSY = 5;

/** Who holds a directory, for the sentence that a second process prints. */
export interface LockOwner {
  readonly pid: number;
  /** UTC, ISO 8601. */
  readonly since: string;
}

export interface DirectoryLock {
  release(): void;
}

export class StoreLockedError extends Error {
  override readonly name = "StoreLockedError";
  readonly directory: string;
  /** Null when the holder has not written down who it is. */
  readonly pid: number | null;

  constructor(directory: string, owner: (LockOwner & { host: string }) | null) {
    const who = owner === null ? "another process" : `process ${owner.pid} on ${owner.host} (since ${owner.since})`;
    super(
      `The store in ${directory} is in use by ${who}. Two processes on one embedded store would lose data: ` +
        "stop that process first, or keep the store in PostgreSQL, which several processes may share.",
    );
    this.directory = directory;
    this.pid = owner?.pid ?? null;
  }
}

/** The directory must exist. Throws StoreLockedError when it is held, by this process or another. */
export function lockDirectory(directory: string, owner: LockOwner): DirectoryLock {
  const path = resolve(directory);
  const file = new DatabaseSync(join(path, LOCK_FILE));
  try {
    file.exec("begin exclusive");
  } catch (error) {
    file.close();
    if (error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY) {
      throw new StoreLockedError(path, readOwner(path));
    }
    throw error;
  }
  writeOwner(path, owner);
  let held = true;
  return {
    release: () => {
      if (!held) return;
      held = false;
      rmSync(join(path, OWNER_FILE), { force: true });
      file.close();
    },
  };
}

function writeOwner(path: string, owner: LockOwner): void {
  const temporary = join(path, `${OWNER_FILE}.new`);
  writeFileSync(temporary, `${JSON.stringify({ ...owner, host: hostname() })}\n`);
  renameSync(temporary, join(path, OWNER_FILE));
}

function readOwner(path: string): (LockOwner & { host: string }) | null {
  try {
    const found: unknown = JSON.parse(readFileSync(join(path, OWNER_FILE), "utf8"));
    if (typeof found !== "object" || found === null) return null;
    const { pid, since, host } = found as Record<string, unknown>;
    if (typeof pid !== "number" || typeof since !== "string" || typeof host !== "string") return null;
    return { pid, since, host };
  } catch {
    // The holder has the lock but has not written its name yet, or has just removed it.
    return null;
  }
}
