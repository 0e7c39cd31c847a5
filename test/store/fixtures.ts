/** Short ways to speak of keys, lanes, claims and outcomes in the store's tests. */
import assert from "node:assert/strict";
import { failure } from "../../src/core/failures.ts";
import { PRIORITY, type Key } from "../../src/core/key.ts";
import type {
  Activity,
  Claim,
  ConnectionLimit,
  Finish,
  HubStore,
  InboxEntry,
  KeyResult,
  Lane,
  Mark,
} from "../../src/core/ports/store.ts";

export const LEASE_MS = 60_000;
export const SHOP = "shop-eu";
export const ODOO = "odoo";

export const ORDER_LANE: Lane = { flow: "order", connection: SHOP, touches: [SHOP, ODOO], batchMax: 10 };
export const STOCK_LANE: Lane = { flow: "stock", connection: SHOP, touches: [SHOP, ODOO], batchMax: 10 };
export const LANES: readonly Lane[] = [ORDER_LANE, STOCK_LANE];
export const LIMITS: readonly ConnectionLimit[] = [
  { connection: SHOP, runsMax: 4 },
  { connection: ODOO, runsMax: 4 },
];

export function order(id: string): Key {
  return { flow: "order", connection: SHOP, id };
}

export function stock(id: string): Key {
  return { flow: "stock", connection: SHOP, id };
}

export function live(key: Key): Mark {
  return { key, priority: PRIORITY.live, trigger: "webhook" };
}

export function backfill(key: Key): Mark {
  return { key, priority: PRIORITY.backfill, trigger: "backfill" };
}

export async function claimSome(store: HubStore, lanes = LANES, limits = LIMITS, leaseMs = LEASE_MS): Promise<Claim> {
  const claim = await store.claim(lanes, limits, leaseMs);
  assert.ok(claim !== null, "something should have been claimed");
  return claim;
}

export function idsOf(claim: Claim | null): string[] {
  return claim === null ? [] : claim.keys.map(({ id }) => id);
}

export const DOWN = failure(
  "CONNECTION_DOWN",
  { connection: SHOP, reason: "connection refused" },
  { connection: SHOP },
);
export const NO_SKU = failure("SKU_NOT_FOUND", { order: "1054", sku: "TSHIRT-M-BLK" });

export function activityOf(key: Key, more: Partial<Activity> = {}): Activity {
  return {
    key,
    status: "success",
    state: "synced",
    code: null,
    sentence: "In step.",
    fix: "",
    erpIds: {},
    trigger: "webhook",
    attempt: 1,
    startedAtMs: 0,
    durationMs: 0,
    diff: [],
    exchanges: [],
    ...more,
  };
}

/** One result for each key of the claim, or for those named. */
export function resultsOf(
  claim: Claim,
  finish: Finish,
  more: Partial<KeyResult> = {},
  ids = idsOf(claim),
): KeyResult[] {
  return claim.keys
    .filter(({ id }) => ids.includes(id))
    .map(({ id, gen, attempt, trigger }) => {
      const failed = finish.kind === "retry" || finish.kind === "park";
      const key: Key = { flow: claim.flow, connection: claim.connection, id };
      const activity = failed
        ? activityOf(key, {
            status: finish.kind === "park" ? "failed" : "retrying",
            state: "failed",
            code: NO_SKU.code,
            attempt,
            trigger,
          })
        : activityOf(key, { attempt, trigger });
      return { id, gen, finish, activity, failure: failed ? NO_SKU : null, links: [], ...more };
    });
}

export async function finishAll(store: HubStore, claim: Claim, finish: Finish = { kind: "done" }): Promise<void> {
  assert.deepEqual(await store.commit(claim, resultsOf(claim, finish)), []);
}

export function delivery(deliveryId: string, more: Partial<InboxEntry> = {}): InboxEntry {
  return {
    connection: SHOP,
    deliveryId,
    topic: "order.updated",
    headers: { "x-wc-webhook-topic": "order.updated" },
    raw: new Uint8Array([0, 1, 2, 255]),
    receivedAtMs: 1_000,
    ...more,
  };
}
