/**
 * The claim, the beat and the next due moment as functions in the database. The claim is one round trip, and each of its statements sees what was committed before
 * it, so that runs are counted after the lock was taken and never from an older snapshot.
 *
 * lanes: [{flow, connection, touches: [], batchMax}], limits: [{connection, runsMax}]; given_now_ms null: the
 * database's own clock, read after the lock. Answers {claim, died}: claim is null when nothing may run now; died says
 * that keys are there whose workers ended too often, which the caller parks.
 */
import { sql, type Kysely } from "kysely";

/** Part of the claim and of the question when the next one could find something: keys of a lane that nobody runs. */
const FREE = `(w.lease_until_ms is null or (w.lease_until_ms <= now_ms and w.takeovers < takeovers_max))`;

/**
 * The priorities that a lane has keys at, one after the other by the index, so that many keys that wait at one priority are
 * never walked through to find another.
 */
const PRIORITIES = `
  with recursive step as (
    (select w.priority from stockbridge.work w
      where w.flow = g.flow and w.connection = g.connection and w.next_at_ms is not null
      order by w.priority limit 1)
    union all
    select (select w.priority from stockbridge.work w
      where w.flow = g.flow and w.connection = g.connection and w.next_at_ms is not null and w.priority > step.priority
      order by w.priority limit 1)
    from step where step.priority is not null
  )`;

/**
 * Plans that do not depend on statistics: the table may have been empty when they were last gathered, and hold a hundred
 * thousand keys a second later. Each statement has an index in its order; rows are found again by where they lie.
 */
const PLANS = `
  set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set jit = off set plan_cache_mode = force_generic_plan`;

const RUNNING = `
  select touched.connection, count(distinct w.fence) as runs, min(w.lease_until_ms) as first_end_ms
  from stockbridge.work w cross join lateral unnest(w.touches) as touched(connection)
  where w.lease_until_ms > now_ms
  group by touched.connection`;

const CLAIM = `
create function stockbridge.claim(
  lanes jsonb, limits jsonb, lease_ms bigint, given_now_ms bigint, takeovers_max integer, ramp_step_ms bigint, lock_id bigint
) returns jsonb language plpgsql ${PLANS} as $function$
#variable_conflict use_column
declare
  now_ms bigint;
  lane record;
  alone boolean;
  picked tid[];
  new_fence bigint;
  keys jsonb;
  died boolean;
begin
  perform pg_advisory_xact_lock(lock_id);
  now_ms := coalesce(given_now_ms, floor(extract(epoch from clock_timestamp()) * 1000)::bigint);
  select exists (
    select from stockbridge.work w where w.lease_until_ms <= now_ms and w.takeovers >= takeovers_max
  ) into died;

  for lane in
    with running as (${RUNNING}),
    room as (
      select l.connection,
        case
          when c.paused_until_ms > now_ms then 0
          when c.paused_until_ms is not null then least(l."runsMax", 1)
          when c.resumed_at_ms is not null then least(l."runsMax", 1 + greatest(now_ms - c.resumed_at_ms, 0) / ramp_step_ms)
          else l."runsMax"
        end - coalesce(r.runs, 0) as free
      from jsonb_to_recordset(limits) as l(connection text, "runsMax" bigint)
      left join stockbridge.connections c on c.connection = l.connection
      left join running r on r.connection = l.connection
    )
    select g.flow, g.connection, g.touches, g."batchMax" as batch_max, best.priority, best.next_at_ms
    from jsonb_to_recordset(lanes) as g(flow text, connection text, touches jsonb, "batchMax" integer)
    cross join lateral (
      ${PRIORITIES}
      select step.priority, due.next_at_ms
      from step cross join lateral (
        select w.next_at_ms from stockbridge.work w
        where w.flow = g.flow and w.connection = g.connection and w.priority = step.priority
          and w.next_at_ms <= now_ms and ${FREE}
        order by w.next_at_ms, w.id limit 1
      ) due
      where step.priority is not null
      order by step.priority limit 1
    ) best
    where not exists (
      select from jsonb_array_elements_text(g.touches) as touched(connection)
      left join room on room.connection = touched.connection
      where coalesce(room.free, 0) <= 0
    )
    order by best.priority, best.next_at_ms, g.flow, g.connection
  loop
    -- A key whose worker ended twice runs alone, so that it takes no others down with it.
    select w.takeovers >= 1 and w.lease_until_ms is not null into alone
    from stockbridge.work w
    where w.flow = lane.flow and w.connection = lane.connection and w.priority = lane.priority
      and w.next_at_ms <= now_ms and ${FREE}
    order by w.next_at_ms, w.id limit 1;

    select array_agg(free.row_id) into picked from (
      select w.ctid as row_id from stockbridge.work w
      where w.flow = lane.flow and w.connection = lane.connection and w.priority = lane.priority
        and w.next_at_ms <= now_ms and ${FREE}
        and (alone or not (w.takeovers >= 1 and w.lease_until_ms is not null))
      order by w.next_at_ms, w.id
      limit case when alone then 1 else lane.batch_max end
      for update skip locked
    ) free;
    continue when picked is null;

    new_fence := nextval('stockbridge.work_fence');
    with claimed as (
      update stockbridge.work w set
        takeovers = w.takeovers + case when w.lease_until_ms is null then 0 else 1 end,
        fence = new_fence,
        lease_until_ms = now_ms + lease_ms,
        touches = array(select jsonb_array_elements_text(lane.touches))
      where w.ctid = any(picked)
      returning w.id, w.gen, w.attempts, w.trigger, w.takeovers, w.next_at_ms
    )
    select jsonb_agg(
      jsonb_build_object('id', id, 'gen', gen, 'attempt', attempts + 1, 'trigger', trigger, 'takeovers', takeovers)
      order by next_at_ms, id) into keys
    from claimed;
    return jsonb_build_object('died', died, 'claim', jsonb_build_object(
      'flow', lane.flow, 'connection', lane.connection, 'touches', lane.touches,
      'fence', new_fence::text, 'leaseUntilMs', now_ms + lease_ms, 'keys', keys));
  end loop;
  return jsonb_build_object('died', died, 'claim', null);
end
$function$`;

/** When a claim with these lanes and limits could find something; null: nothing waits. */
const NEXT_DUE = `
create function stockbridge.next_due(
  lanes jsonb, limits jsonb, given_now_ms bigint, takeovers_max integer, ramp_step_ms bigint
) returns bigint language plpgsql ${PLANS} as $function$
#variable_conflict use_column
declare
  now_ms bigint := coalesce(given_now_ms, floor(extract(epoch from clock_timestamp()) * 1000)::bigint);
  next_ms bigint;
begin
  with running as (${RUNNING}),
  leased as materialized (
    select w.flow, w.connection, min(w.lease_until_ms) as first_end_ms
    from stockbridge.work w where w.lease_until_ms > now_ms group by w.flow, w.connection
  ),
  opens as (
    select l.connection, case
        when c.paused_until_ms > now_ms then c.paused_until_ms
        when coalesce(r.runs, 0) >= l."runsMax" then r.first_end_ms
        when c.paused_until_ms is not null and r.runs > 0 then r.first_end_ms
        when c.resumed_at_ms is not null and r.runs >= 1 + greatest(now_ms - c.resumed_at_ms, 0) / ramp_step_ms
          then least(r.first_end_ms, c.resumed_at_ms + r.runs * ramp_step_ms)
        else 0
      end as at_ms
    from jsonb_to_recordset(limits) as l(connection text, "runsMax" bigint)
    left join stockbridge.connections c on c.connection = l.connection
    left join running r on r.connection = l.connection
  )
  select min(greatest(due.at_ms, (
      select max(o.at_ms) from jsonb_array_elements_text(g.touches) as t(connection) join opens o on o.connection = t.connection
    ))) into next_ms
  from jsonb_to_recordset(lanes) as g(flow text, connection text, touches jsonb)
  cross join lateral (
    ${PRIORITIES}
    select least(
      (select min(first.next_at_ms) from step cross join lateral (
        select w.next_at_ms from stockbridge.work w
        where w.flow = g.flow and w.connection = g.connection and w.priority = step.priority
          and w.next_at_ms is not null and (w.lease_until_ms is null or w.lease_until_ms <= now_ms)
        order by w.next_at_ms, w.id limit 1
      ) first where step.priority is not null),
      (select leased.first_end_ms from leased where leased.flow = g.flow and leased.connection = g.connection)
    ) as at_ms
  ) due
  where due.at_ms is not null;
  return next_ms;
end
$function$`;

/**
 * Moves a lease on, or answers false when any of its keys is no longer held. Takes the claim's lock as a reader: a lease
 * that a claim has just counted as run out is never brought back to life beside it, so limits stay exact.
 */
const BEAT = `
create function stockbridge.beat(
  lane_flow text, lane_connection text, ids text[], held_fence bigint, lease_ms bigint, given_now_ms bigint, lock_id bigint
) returns boolean language plpgsql ${PLANS} as $function$
declare
  now_ms bigint;
  rows tid[];
begin
  perform pg_advisory_xact_lock_shared(lock_id);
  now_ms := coalesce(given_now_ms, floor(extract(epoch from clock_timestamp()) * 1000)::bigint);
  select array_agg(held.row_id) into rows
  from unnest(ids) as given(id) cross join lateral (
    select w.ctid as row_id from stockbridge.work w
    where w.flow = lane_flow and w.connection = lane_connection and w.id = given.id
      and w.fence = held_fence and w.lease_until_ms > now_ms
    for update
  ) held;
  update stockbridge.work w set lease_until_ms = now_ms + lease_ms where w.ctid = any(rows);
  return coalesce(cardinality(rows), 0) = cardinality(ids);
end
$function$`;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [CLAIM, NEXT_DUE, BEAT]) await sql.raw(statement).execute(db);
}
