/** The tables as the query builder sees them; the migrations make them. bigint columns arrive as safe integers. */
import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from "kysely";
import type { FailureCode, Failure } from "../core/failures.ts";
import type { FlowName, Trigger } from "../core/key.ts";
import type { DiffLine, StateName } from "../core/plan.ts";
import type { Exchange } from "../core/ports/call.ts";
import type { OrderHold } from "../core/ports/shop.ts";
import type { ActivityStatus, Json, Link } from "../core/ports/store.ts";

export const SCHEMA = "stockbridge";

export interface WorkTable {
  flow: FlowName;
  connection: string;
  id: string;
  gen: Generated<number>;
  fence: number | null;
  next_at_ms: number | null;
  not_before_ms: Generated<number>;
  lease_until_ms: number | null;
  touches: string[] | null;
  attempts: Generated<number>;
  failures: Generated<number>;
  takeovers: Generated<number>;
  priority: number;
  trigger: Trigger;
  parked_code: FailureCode | null;
}

export interface ConnectionsTable {
  connection: string;
  paused_until_ms: number | null;
  paused_since_ms: number | null;
  resumed_at_ms: number | null;
  failed_probes: Generated<number>;
  failure: JSONColumnType<Failure> | null;
  last_success_ms: number | null;
}

export interface InboxTable {
  connection: string;
  delivery_id: string;
  topic: string;
  headers: JSONColumnType<Record<string, string>>;
  raw: Buffer;
  received_at_ms: number;
}

export interface HoldsTable {
  connection: string;
  order_id: string;
  variants: string[];
  /** Those that were written before shops told locations have none. */
  lines: JSONColumnType<(Omit<OrderHold, "locationId"> & Partial<Pick<OrderHold, "locationId">>)[]>;
  updated_at_ms: number;
}

export interface LinksTable {
  connection: string;
  kind: Link["kind"];
  shop_id: string;
  erp_id: number;
  label: string;
  parent_id: string | null;
  item_id: string | null;
}

export interface KeyStatesTable {
  flow: FlowName;
  connection: string;
  id: string;
  state: StateName;
  code: FailureCode | null;
  sentence: string;
  fix: string;
  updated_at_ms: number;
}

export interface ExchangesTable {
  exchanges_id: GeneratedAlways<number>;
  body: JSONColumnType<Exchange[]>;
  at_ms: number;
}

export interface ActivitiesTable {
  activity_id: GeneratedAlways<number>;
  flow: FlowName;
  connection: string;
  id: string;
  status: ActivityStatus;
  state: StateName;
  code: FailureCode | null;
  sentence: string;
  fix: string;
  erp_ids: JSONColumnType<Record<string, number | string>>;
  trigger: Trigger;
  attempt: number;
  started_at_ms: number;
  duration_ms: number;
  diff: JSONColumnType<DiffLine[]>;
  exchanges_id: number | null;
}

export interface ProofsTable {
  connection: string;
  order_id: string;
  equal: boolean;
  body: ColumnType<Json, string, string>;
  proved_at_ms: number;
}

export interface ExplanationsTable {
  explanation_id: GeneratedAlways<number>;
  connection: string;
  variant_id: string;
  location_id: string;
  quantity: number;
  wrote: boolean;
  body: ColumnType<Json, string, string>;
  at_ms: number;
}

export interface CursorsTable {
  name: string;
  value: string;
  updated_at_ms: number;
}

export interface DocumentsTable {
  name: string;
  body: ColumnType<Json, string, string>;
  updated_at_ms: number;
}

export interface Tables {
  work: WorkTable;
  connections: ConnectionsTable;
  inbox: InboxTable;
  holds: HoldsTable;
  links: LinksTable;
  key_states: KeyStatesTable;
  exchanges: ExchangesTable;
  activities: ActivitiesTable;
  proofs: ProofsTable;
  explanations: ExplanationsTable;
  cursors: CursorsTable;
  documents: DocumentsTable;
}

/** Every table that holds data, in the order in which a backup writes them. */
export const TABLE_NAMES = [
  "documents",
  "cursors",
  "connections",
  "links",
  "holds",
  "key_states",
  "proofs",
  "work",
  "inbox",
  "exchanges",
  "activities",
  "explanations",
] as const satisfies readonly (keyof Tables)[];
