/**
 * The end of a run: one transaction that first locks the batch's rows and checks their fence, then writes everything
 * that the run found out, then finishes each key. A key that another run has taken over is not written at all.
 */
import assert from "node:assert/strict";
import { sql } from "kysely";
import type { Claim, KeyResult } from "../core/ports/store.ts";
import { insertActivities } from "./activities.ts";
import type { Queryable, StoreContext } from "./context.ts";
import { insertExplanations } from "./explanations.ts";
import { holdStatements } from "./holds.ts";
import { writeKeyStates } from "./key-states.ts";
import { writeLinks } from "./links.ts";
import { writeProofs } from "./proofs.ts";
import type { StoreTime } from "./time.ts";
import { inTransaction } from "./transaction.ts";
import { finish, lockHeld } from "./work-finish.ts";
import { markStatement } from "./work-mark.ts";

/** The ids that are no longer this claim's: nothing was written for them. */
export async function commit(
  { db, time, clock }: StoreContext,
  claim: Claim,
  results: readonly KeyResult[],
): Promise<readonly string[]> {
  if (results.length === 0) return [];
  assert(new Set(results.map(({ id }) => id)).size === results.length, "one result for each key");
  return inTransaction(db, clock, async (trx) => {
    const ids = results.map(({ id }) => id);
    const held = await lockHeld(trx, claim, ids);
    const own = results.filter(({ id }) => held.has(id));
    if (own.length > 0) {
      await writeAll(trx, time, claim, own);
      await finish(trx, time, held, own);
    }
    return ids.filter((id) => !held.has(id));
  });
}

async function writeAll(trx: Queryable, time: StoreTime, claim: Claim, results: readonly KeyResult[]): Promise<void> {
  const activities = results.map(({ activity }) => activity);
  await insertActivities(trx, time, activities);
  await writeKeyStates(trx, time, activities);
  await writeLinks(
    trx,
    results.flatMap(({ links }) => links),
  );
  // Before the holds, and after the batch's own rows: as a delivery locks them.
  const marks = results.flatMap((result) => result.marks ?? []);
  if (marks.length > 0) await markStatement(marks, time).execute(trx);
  await writeHolds(trx, time, claim.connection, results);
  await writeProofs(trx, time, claim.connection, results);
  await insertExplanations(trx, time, claim.connection, results);
}

async function writeHolds(
  trx: Queryable,
  time: StoreTime,
  connection: string,
  results: readonly KeyResult[],
): Promise<void> {
  const orders = results.flatMap(({ holds }) => (holds === undefined ? [] : [{ connection, ...holds }]));
  const { set, remove } = holdStatements(orders, time, sql<boolean>`true`);
  if (set !== null) await set.execute(trx);
  if (remove !== null) await remove.execute(trx);
}
