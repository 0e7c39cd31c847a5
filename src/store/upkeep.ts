/**
 * A PostgreSQL server removes dead rows and refreshes its statistics by itself; PGlite has no background processes, so the
 * hub does it: the tables whose rows change all the time after a number of changes, all of them after old rows were deleted.
 */
import { sql } from "kysely";
import type { StoreDb } from "./database.ts";
import { SCHEMA, TABLE_NAMES } from "./schema.ts";

/** Changed rows after which the busy tables are tidied; it takes a fraction of a second. */
export const UPKEEP_ROWS = 20_000;
const BUSY_TABLES = ["work", "key_states", "holds", "links", "connections", "cursors", "documents"] as const;

export class Upkeep {
  readonly #db: StoreDb;
  readonly #needed: boolean;
  #changed = 0;
  #tidying: Promise<void> = Promise.resolve();

  constructor(db: StoreDb, kind: "postgres" | "pglite") {
    this.#db = db;
    this.#needed = kind === "pglite";
  }

  /** Tells of rows that were written. Returns at once. */
  changed(rows: number): void {
    this.#changed += rows;
    if (!this.#needed || this.#changed < UPKEEP_ROWS) return;
    this.#changed = 0;
    this.#tidying = this.#tidying.then(() => this.#tidy(BUSY_TABLES));
  }

  async all(): Promise<void> {
    if (this.#needed) await this.#tidy(TABLE_NAMES);
  }

  /** Resolves when nothing is being tidied any more. */
  close(): Promise<void> {
    return this.#tidying;
  }

  async #tidy(tables: readonly string[]): Promise<void> {
    const names = tables.map((name) => `${SCHEMA}.${name}`).join(", ");
    // What was asked of the store is done by now; a failure here only leaves it a little slower until the next time.
    await sql
      .raw(`vacuum (analyze) ${names}`)
      .execute(this.#db)
      .catch(() => {});
  }
}
