/**
 * Where SQL gets the time from. In real use the database's own clock, read when the statement runs (several processes,
 * one time); in a simulation the injected clock, passed as a parameter.
 */
import { sql, type RawBuilder } from "kysely";
import type { Clock } from "../core/ports/clock.ts";

export interface StoreTime {
  /** UTC milliseconds, as an expression of type bigint; rounded down, so that no lease ends before its time. */
  now(): RawBuilder<number>;
  /** For functions that read the database's clock themselves, after their lock: null means that they shall. */
  given(): RawBuilder<number | null>;
}

export function databaseTime(): StoreTime {
  return {
    now: () => sql<number>`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`,
    given: () => sql<null>`null::bigint`,
  };
}

export function clockTime(clock: Clock): StoreTime {
  const parameter = (): RawBuilder<number> => sql<number>`${Math.floor(clock.nowMs())}::bigint`;
  return { now: parameter, given: parameter };
}
