/** Keeping a claim: moving its lease on, and asking whether it is still held. */
import { sql } from "kysely";
import type { Claim } from "../core/ports/store.ts";
import type { StoreContext } from "./context.ts";
import { retrying } from "./transaction.ts";
import { CLAIM_LOCK_ID } from "./work-claim.ts";

/** False when a key of the claim has been taken over, skipped or finished, or when the lease had already run out. */
export async function beat({ db, time, clock }: StoreContext, claim: Claim, leaseMs: number): Promise<boolean> {
  const call = sql<{ held: boolean }>`select stockbridge.beat(
    ${claim.flow}, ${claim.connection}, ${idsOf(claim)}::text[], ${claim.fence.toString()}::bigint,
    ${leaseMs}::bigint, ${time.given()}, ${CLAIM_LOCK_ID}::bigint) as held`;
  const { rows } = await retrying(clock, () => call.execute(db));
  return rows[0]?.held === true;
}

/**
 * For a store that only one process can have open: whoever held a lease is gone, so its keys need not wait for the lease to
 * run out. They count as taken over, like any other key whose worker ended.
 */
export async function endLeases({ db, time }: StoreContext): Promise<void> {
  await sql`update stockbridge.work set lease_until_ms = ${time.now()} where lease_until_ms > ${time.now()}`.execute(
    db,
  );
}

export async function holdsLease({ db, time }: StoreContext, claim: Claim): Promise<boolean> {
  // Key by key by the primary key, whatever the planner knows of the table: this is asked before each write.
  const { rows } = await sql<{ held: number }>`
    select count(*) as held from unnest(${idsOf(claim)}::text[]) as given(id) cross join lateral (
      select 1 from stockbridge.work w
      where w.flow = ${claim.flow} and w.connection = ${claim.connection} and w.id = given.id
        and w.fence = ${claim.fence.toString()}::bigint and w.lease_until_ms > ${time.now()}
      offset 0
    ) own`.execute(db);
  return rows[0]?.held === claim.keys.length;
}

function idsOf(claim: Claim): string[] {
  return claim.keys.map(({ id }) => id);
}
