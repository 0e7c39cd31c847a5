/** What every part of the store works with. */
import type { Kysely, Transaction } from "kysely";
import type { Clock } from "../core/ports/clock.ts";
import type { StoreDb } from "./database.ts";
import type { Tables } from "./schema.ts";
import type { StoreTime } from "./time.ts";

export interface StoreContext {
  readonly db: StoreDb;
  readonly time: StoreTime;
  /** For waiting; what time it is, is asked of `time`. */
  readonly clock: Clock;
}

/** Where a statement runs: by itself, or inside a transaction of its caller. */
export type Queryable = Kysely<Tables> | Transaction<Tables>;
