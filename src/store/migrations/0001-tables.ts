/**
 * The first shape of the store. Times are UTC milliseconds since 1970 (bigint) and say so in their names; ids are
 * compared by bytes (collation C), so that order is the same on every installation.
 */
import { sql, type Kysely } from "kysely";

const STATEMENTS = [
  `create sequence stockbridge.work_fence`,

  // What is out of step. A row that is in step does not exist.
  `create table stockbridge.work (
    flow text collate "C" not null,
    connection text collate "C" not null,
    id text collate "C" not null,
    gen bigint not null default 1,
    fence bigint,
    next_at_ms bigint,
    not_before_ms bigint not null default 0,
    lease_until_ms bigint,
    touches text[],
    attempts integer not null default 0,
    failures integer not null default 0,
    takeovers integer not null default 0,
    priority integer not null,
    trigger text not null,
    parked_code text,
    primary key (flow, connection, id)
  )`,
  `comment on column stockbridge.work.gen is 'raised by each hint'`,
  `comment on column stockbridge.work.fence is 'of the claim that runs it; null: nobody does'`,
  `comment on column stockbridge.work.next_at_ms is 'due from then on; null: parked'`,
  `comment on column stockbridge.work.not_before_ms is 'floor under the pace of a failing key that is hinted all the time'`,
  `comment on column stockbridge.work.attempts is 'failed runs since the last hint'`,
  `comment on column stockbridge.work.failures is 'failed runs since the last success, hints or not'`,
  `comment on column stockbridge.work.takeovers is 'workers in a row that ended during its run'`,
  `create index work_due on stockbridge.work (flow, connection, priority, next_at_ms, id) where next_at_ms is not null`,
  `create index work_leased on stockbridge.work (lease_until_ms) where lease_until_ms is not null`,

  `create table stockbridge.connections (
    connection text collate "C" primary key,
    paused_until_ms bigint,
    paused_since_ms bigint,
    resumed_at_ms bigint,
    failed_probes integer not null default 0,
    failure jsonb,
    last_success_ms bigint
  )`,

  `create table stockbridge.inbox (
    connection text collate "C" not null,
    delivery_id text collate "C" not null,
    topic text not null,
    headers jsonb not null,
    raw bytea not null,
    received_at_ms bigint not null,
    primary key (connection, delivery_id)
  )`,
  `create index inbox_newest on stockbridge.inbox (connection, received_at_ms desc)`,
  `create index inbox_age on stockbridge.inbox (received_at_ms)`,

  // One row per order, so that an order's holds are replaced as a whole by one statement.
  `create table stockbridge.holds (
    connection text collate "C" not null,
    order_id text collate "C" not null,
    variants text[] not null,
    lines jsonb not null,
    updated_at_ms bigint not null,
    primary key (connection, order_id)
  )`,
  `create index holds_variants on stockbridge.holds using gin (variants)`,

  `create table stockbridge.links (
    connection text collate "C" not null,
    kind text collate "C" not null,
    shop_id text collate "C" not null,
    erp_id bigint not null,
    label text not null,
    parent_id text,
    primary key (connection, kind, shop_id)
  )`,
  `create index links_erp on stockbridge.links (kind, erp_id)`,

  `create table stockbridge.key_states (
    flow text collate "C" not null,
    connection text collate "C" not null,
    id text collate "C" not null,
    state text not null,
    code text,
    sentence text not null,
    fix text not null,
    updated_at_ms bigint not null,
    primary key (flow, connection, id)
  )`,
  `create index key_states_state on stockbridge.key_states (state, updated_at_ms desc)`,
  `create index key_states_newest on stockbridge.key_states (updated_at_ms desc)`,

  `create table stockbridge.exchanges (
    exchanges_id bigint generated always as identity primary key,
    body jsonb not null,
    at_ms bigint not null
  )`,
  `create index exchanges_age on stockbridge.exchanges (at_ms)`,

  `create table stockbridge.activities (
    activity_id bigint generated always as identity primary key,
    flow text collate "C" not null,
    connection text collate "C" not null,
    id text collate "C" not null,
    status text not null,
    state text not null,
    code text,
    sentence text not null,
    fix text not null,
    erp_ids jsonb not null,
    trigger text not null,
    attempt integer not null,
    started_at_ms bigint not null,
    duration_ms bigint not null,
    diff jsonb not null,
    exchanges_id bigint
  )`,
  `create index activities_key on stockbridge.activities (flow, connection, id, activity_id desc)`,
  `create index activities_connection on stockbridge.activities (connection, activity_id desc)`,
  `create index activities_status on stockbridge.activities (status, activity_id desc)`,
  `create index activities_age on stockbridge.activities (started_at_ms)`,
  `create index activities_exchanges on stockbridge.activities (exchanges_id) where exchanges_id is not null`,

  `create table stockbridge.proofs (
    connection text collate "C" not null,
    order_id text collate "C" not null,
    equal boolean not null,
    body jsonb not null,
    proved_at_ms bigint not null,
    primary key (connection, order_id)
  )`,

  `create table stockbridge.explanations (
    explanation_id bigint generated always as identity primary key,
    connection text collate "C" not null,
    variant_id text collate "C" not null,
    quantity double precision not null,
    wrote boolean not null,
    body jsonb not null,
    at_ms bigint not null
  )`,
  `create index explanations_variant on stockbridge.explanations (connection, variant_id, explanation_id desc)`,
  `create index explanations_age on stockbridge.explanations (at_ms)`,

  `create table stockbridge.cursors (
    name text collate "C" primary key,
    value text not null,
    updated_at_ms bigint not null
  )`,

  `create table stockbridge.documents (
    name text collate "C" primary key,
    body jsonb not null,
    updated_at_ms bigint not null
  )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
