/** Runs database work again when PostgreSQL ended it only because of others: a deadlock or a failed serialisation. */
import type { Transaction } from "kysely";
import type { Clock } from "../core/ports/clock.ts";
import type { StoreDb } from "./database.ts";
import type { Tables } from "./schema.ts";
import { isRetryable } from "./unavailable.ts";

export const TRIES_MAX = 6;
const TRY_AGAIN_MS = 10;

/** `work` must have no effect but in the database, and must be one statement or one transaction. */
export async function retrying<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!isRetryable(error) || tries === TRIES_MAX) throw error;
      await clock.sleep(TRY_AGAIN_MS * tries);
    }
  }
}

export function inTransaction<T>(
  db: StoreDb,
  clock: Clock,
  work: (trx: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  return retrying(clock, () => db.transaction().execute(work));
}
