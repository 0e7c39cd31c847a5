/**
 * Claiming: at most one batch of one lane, best priority first and oldest first, within every limit and pause of the
 * connections it touches. Keys whose workers ended too often are parked by name here.
 */
import assert from "node:assert/strict";
import { sql } from "kysely";
import { failure, fixOf, sentenceOf } from "../core/failures.ts";
import { formatKey, type FlowName, type Trigger } from "../core/key.ts";
import type { Activity, Claim, ClaimedKey, ConnectionLimit, Lane } from "../core/ports/store.ts";
import { insertActivities } from "./activities.ts";
import type { StoreContext } from "./context.ts";
import { jsonParameter } from "./json.ts";
import { writeKeyStates } from "./key-states.ts";
import { inTransaction, retrying } from "./transaction.ts";

/** Workers in a row that may end during a key's run; with the next one the key parks as WORKER_DIED. */
export const TAKEOVERS_MAX = 3;
/** After a pause a connection starts with one batch at a time and takes one more after each of these. */
export const RAMP_STEP_MS = 2_000;
/** Any number that no other program uses for its advisory locks in the same database. */
export const CLAIM_LOCK_ID = 7_302_114_002;

interface Answer {
  readonly died: boolean;
  readonly claim: {
    readonly flow: FlowName;
    readonly connection: string;
    readonly touches: readonly string[];
    readonly fence: string;
    readonly leaseUntilMs: number;
    readonly keys: readonly ClaimedKey[];
  } | null;
}

export async function claim(
  context: StoreContext,
  lanes: readonly Lane[],
  limits: readonly ConnectionLimit[],
  leaseMs: number,
): Promise<Claim | null> {
  const limited = new Set(limits.map(({ connection }) => connection));
  for (const { touches, batchMax } of lanes) {
    assert(batchMax >= 1, `batchMax ${batchMax}`);
    for (const connection of touches) assert(limited.has(connection), `no limit is given for connection ${connection}`);
  }
  const { db, time, clock } = context;
  const call = sql<{ answer: Answer }>`select stockbridge.claim(
    ${jsonParameter(lanes)}, ${jsonParameter(limits)}, ${leaseMs}::bigint, ${time.given()},
    ${TAKEOVERS_MAX}::integer, ${RAMP_STEP_MS}::bigint, ${CLAIM_LOCK_ID}::bigint) as answer`;
  const { rows } = await retrying(clock, () => call.execute(db));
  const [row] = rows;
  assert(row !== undefined, "the claim answers one row");
  if (row.answer.died) await parkKillers(context);
  const found = row.answer.claim;
  return found === null ? null : { ...found, fence: BigInt(found.fence) };
}

/** Parks keys that were taken over too often, with an activity that says so. */
async function parkKillers(context: StoreContext): Promise<void> {
  const { db, time, clock } = context;
  await inTransaction(db, clock, async (trx) => {
    const { rows } = await sql<{
      flow: FlowName;
      connection: string;
      id: string;
      trigger: Trigger;
      attempts: number;
      takeovers: number;
      now_ms: number;
    }>`
      with killers as (
        select flow, connection, id from stockbridge.work
        where lease_until_ms <= ${time.now()} and takeovers >= ${TAKEOVERS_MAX}
        order by flow, connection, id for update skip locked
      )
      update stockbridge.work w set
        next_at_ms = null, lease_until_ms = null, fence = null, touches = null, parked_code = 'WORKER_DIED'
      from killers k
      where w.flow = k.flow and w.connection = k.connection and w.id = k.id
      returning w.flow, w.connection, w.id, w.trigger, w.attempts, w.takeovers, ${time.now()} as now_ms`.execute(trx);
    const activities = rows.map((row): Activity => {
      const key = { flow: row.flow, connection: row.connection, id: row.id };
      const died = failure("WORKER_DIED", { key: formatKey(key), takeovers: String(row.takeovers + 1) });
      return {
        key,
        status: "failed",
        state: "failed",
        code: died.code,
        sentence: sentenceOf(died),
        fix: fixOf(died),
        erpIds: {},
        trigger: row.trigger,
        attempt: row.attempts + 1,
        startedAtMs: row.now_ms,
        durationMs: 0,
        diff: [],
        exchanges: [],
      };
    });
    await insertActivities(trx, time, activities);
    await writeKeyStates(trx, time, activities);
  });
}
