/**
 * What the engine, the web and the commands need of the hub's own database. The store implements it on PostgreSQL and on
 * PGlite. Every method is one transaction; none makes a network call to anything but the database.
 */
import type { Failure, FailureCode } from "../failures.ts";
import type { FlowName, Key, Trigger } from "../key.ts";
import type { DiffLine, StateName } from "../plan.ts";
import type { Exchange } from "./call.ts";
import type { OrderHold } from "./shop.ts";

/** What may be claimed: built from the configuration, passed with each claim. */
export interface Lane {
  readonly flow: FlowName;
  readonly connection: string;
  /** Every connection that a run of this lane touches (the shop and its Odoo): their limits and pauses bind it. */
  readonly touches: readonly string[];
  readonly batchMax: number;
}

export interface ConnectionLimit {
  readonly connection: string;
  /** Batches that may run at the same time on it, over all processes. */
  readonly runsMax: number;
}

export interface ClaimedKey {
  readonly id: string;
  readonly gen: number;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly trigger: Trigger;
  readonly takeovers: number;
}

export interface Claim {
  readonly flow: FlowName;
  readonly connection: string;
  readonly touches: readonly string[];
  /** One for the whole batch; every later write names it. */
  readonly fence: bigint;
  readonly leaseUntilMs: number;
  readonly keys: readonly ClaimedKey[];
}

export interface Mark {
  readonly key: Key;
  readonly priority: number;
  readonly trigger: Trigger;
  /** Default: now. */
  readonly atMs?: number;
}

export interface InboxEntry {
  readonly connection: string;
  readonly deliveryId: string;
  readonly topic: string;
  /** Headers without secrets. */
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: Uint8Array;
  readonly receivedAtMs: number;
}

/** Knows what belongs to what, by id. */
export interface Link {
  readonly connection: string;
  readonly kind: "order" | "invoice" | "payment" | "partner" | "variant";
  readonly shopId: string;
  readonly erpId: number;
  /** The ERP's name for it (S00012, INV/2026/0001); for a variant its SKU. */
  readonly label: string;
  /** Variants: the parent's id. */
  readonly parentId: string | null;
  /** Variants: the shop's id of what is counted, where it has one of its own. */
  readonly itemId: string | null;
}

export type ActivityStatus = "success" | "failed" | "skipped" | "retrying";

export interface Activity {
  readonly key: Key;
  readonly status: ActivityStatus;
  readonly state: StateName;
  readonly code: FailureCode | null;
  readonly sentence: string;
  readonly fix: string;
  readonly erpIds: Readonly<Record<string, number | string>>;
  readonly trigger: Trigger;
  readonly attempt: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly diff: readonly DiffLine[];
  /** Redacted requests and answers; capped. Shared by the keys of a batch. */
  readonly exchanges: readonly Exchange[];
}

export interface StoredActivity extends Activity {
  readonly activityId: string;
}

/** JSON of core/order/proof.ts or core/stock/explanation.ts: the store keeps it, core understands it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What becomes of one key at the end of its run. */
export type Finish =
  /** In step (or waiting by name): the row goes, unless a hint came meanwhile; with `recheckAtMs` it stays, due then. */
  | { readonly kind: "done"; readonly recheckAtMs?: number }
  | { readonly kind: "retry"; readonly runAtMs: number }
  | { readonly kind: "park" }
  /** Due again when the connection is; no attempt used. */
  | { readonly kind: "release" };

export interface KeyResult {
  readonly id: string;
  readonly gen: number;
  readonly finish: Finish;
  readonly activity: Activity;
  readonly failure: Failure | null;
  readonly links: readonly Link[];
  /** The whole set of what this order holds from now on; undefined: unchanged. */
  readonly holds?: { readonly orderId: string; readonly lines: readonly OrderHold[] };
  readonly proof?: { readonly equal: boolean; readonly body: Json };
  /** One for each of the shop's locations that was computed. */
  readonly explanations?: readonly {
    readonly locationId: string;
    readonly quantity: number;
    readonly wrote: boolean;
    readonly body: Json;
  }[];
  /** Keys of other lanes that this result makes worth a look; marked in the same transaction. */
  readonly marks?: readonly Mark[];
}

export interface KeyState {
  readonly key: Key;
  readonly state: StateName;
  readonly code: FailureCode | null;
  readonly sentence: string;
  readonly fix: string;
  readonly updatedAtMs: number;
}

export interface WorkItem {
  readonly key: Key;
  readonly gen: number;
  readonly attempts: number;
  readonly priority: number;
  readonly trigger: Trigger;
  /** Null: parked. */
  readonly nextAtMs: number | null;
  readonly leaseUntilMs: number | null;
  readonly parkedCode: FailureCode | null;
}

export interface ConnectionState {
  readonly connection: string;
  /** Null: running. */
  readonly pausedUntilMs: number | null;
  /** True while exactly one batch may try it. */
  readonly probing: boolean;
  readonly failedProbes: number;
  readonly failure: Failure | null;
  readonly pausedSinceMs: number | null;
  readonly lastSuccessMs: number | null;
}

export interface WorkStore {
  /** Upsert: gen + 1, attempts 0, due at `atMs`, the better priority wins, a parked key wakes. Notifies workers. */
  mark(marks: readonly Mark[]): Promise<void>;
  /** Inbox row, holds and marks in one transaction. False: this delivery was already taken. */
  receive(
    entry: InboxEntry,
    marks: readonly Mark[],
    holds: { orderId: string; lines: readonly OrderHold[] } | null,
  ): Promise<boolean>;
  /** Marks, holds and the moved cursor in one transaction (poll). */
  advance(
    cursor: { name: string; value: string },
    marks: readonly Mark[],
    holds: readonly { connection: string; orderId: string; lines: readonly OrderHold[] }[],
  ): Promise<void>;
  /** At most one batch: due keys of one lane, best priority first, within limits and pauses. Null: nothing to do now. */
  claim(lanes: readonly Lane[], limits: readonly ConnectionLimit[], leaseMs: number): Promise<Claim | null>;
  /** Moves the lease on; false when another has taken (some of) it over. */
  beat(claim: Claim, leaseMs: number): Promise<boolean>;
  /** True while every key of the batch is still this claim's and the lease has not run out. */
  holdsLease(claim: Claim): Promise<boolean>;
  /** Writes all results and finishes the keys, checking the fence first; ids whose fence is gone are not written and are answered. */
  commit(claim: Claim, results: readonly KeyResult[]): Promise<readonly string[]>;
  /**
   * The earliest moment at which a claim with these lanes and limits (default: those of the latest claim) could find
   * something; limits and pauses count. Null when nothing waits.
   */
  nextDueMs(lanes?: readonly Lane[], limits?: readonly ConnectionLimit[]): Promise<number | null>;
  /** Resolves on a notification of new work, on `ms` passed, or on abort. */
  waitForWork(ms: number, signal: AbortSignal): Promise<void>;

  connectionState(connection: string): Promise<ConnectionState>;
  pause(connection: string, failure: Failure, untilMs: number): Promise<void>;
  /** A call to it succeeded: ends a pause. */
  resume(connection: string): Promise<void>;

  /** Due at once, attempts 0. False when there is no such key and none was made. */
  retry(key: Key): Promise<boolean>;
  /** Takes a key off the list with a person's reason; writes an activity. */
  skip(key: Key, reason: string): Promise<boolean>;
  work(
    filter: { parked?: boolean; connection?: string; flow?: FlowName; key?: Key },
    limit: number,
  ): Promise<readonly WorkItem[]>;
  backlog(): Promise<
    readonly {
      flow: FlowName;
      connection: string;
      due: number;
      later: number;
      parked: number;
      running: number;
      oldestDueMs: number | null;
    }[]
  >;
}

export interface KnowledgeStore {
  links(connection: string, kind: Link["kind"], shopIds: readonly string[]): Promise<readonly Link[]>;
  /** Variant links by `itemId`. */
  linksByItem(connection: string, itemIds: readonly string[]): Promise<readonly Link[]>;
  linksByErp(kind: Link["kind"], erpIds: readonly number[]): Promise<readonly Link[]>;
  /** All variant links of a shop, in pages of at most 10,000 by shop id. */
  variantLinks(connection: string, afterShopId: string | null, limit: number): Promise<readonly Link[]>;
  /** Everything held for these variants of a shop by accepted orders, with the order's Odoo id where linked. */
  holds(
    connection: string,
    variantIds: readonly string[],
  ): Promise<readonly (OrderHold & { readonly erpOrderId: number | null })[]>;
  /** Everything that these orders of a shop hold. */
  holdsOfOrders(connection: string, orderIds: readonly string[]): Promise<readonly OrderHold[]>;
  /** Orders that hold something, the longest ago touched first. */
  heldOrders(connection: string, limit: number): Promise<readonly string[]>;
  /** What was computed last for each of these variants, by location; those that never were are absent. */
  published(
    connection: string,
    variantIds: readonly string[],
  ): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>>;
  keyState(key: Key): Promise<KeyState | null>;
  keyStates(
    filter: { flow?: FlowName; connection?: string; states?: readonly StateName[] },
    limit: number,
  ): Promise<readonly KeyState[]>;
  activities(
    filter: { key?: Key; connection?: string; status?: ActivityStatus },
    limit: number,
  ): Promise<readonly StoredActivity[]>;
  proof(connection: string, orderId: string): Promise<{ equal: boolean; body: Json; provedAtMs: number } | null>;
  proofCounts(): Promise<{ equal: number; different: number }>;
  /** Newest first. */
  explanations(
    connection: string,
    variantId: string,
    limit: number,
  ): Promise<readonly { locationId: string; quantity: number; wrote: boolean; body: Json; atMs: number }[]>;
  inbox(connection: string, limit: number): Promise<readonly InboxEntry[]>;
  cursor(name: string): Promise<string | null>;
  /** Small JSON documents by name: capabilities, resolved settings, sweep progress, reports. */
  readDocument(name: string): Promise<{ body: Json; updatedAtMs: number } | null>;
  writeDocument(name: string, body: Json): Promise<void>;
  /** Deletes what is older than the limits (activities, inbox, explanations); answers how many rows. */
  expire(beforeMs: { activities: number; inbox: number; explanations: number }): Promise<number>;
}

export interface HubStore extends WorkStore, KnowledgeStore {
  close(): Promise<void>;
}

/**
 * The hub's database cannot be used at the moment (it restarts, the network is away, it is full). What was asked for
 * may or may not have been done. Thrown by every method of the store; wait and try again.
 */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError";
}
