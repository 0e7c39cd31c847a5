/**
 * Watches the store from inside the database, by triggers that share none of its code: every claim and every write of a
 * run is judged at the moment it happens, and what must not be is written down.
 */
import type { ConnectionLimit } from "../../src/core/ports/store.ts";
import { administer } from "../store/opened-stores.ts";

/** A pause that began this short before a claim may not have been visible to it yet. */
const PAUSE_MARGIN_MS = 200;

const TABLES = `
  create schema witness;
  create table witness.keys (connection text, id text, value bigint not null default 0, primary key (connection, id));
  create table witness.violations (what text not null, detail jsonb not null);
  create table witness.claims (connection text, id text, fence bigint, taken_over boolean);
  create index on witness.claims (connection, id, fence);
  create table witness.refusals (fence bigint, keys integer);
  create table witness.limits (connection text primary key, runs_max integer not null);
`;

const JUDGES = `
  create function witness.clock_ms() returns numeric language sql volatile as
    'select extract(epoch from clock_timestamp()) * 1000';

  -- One run per key: a claim may take only what nobody holds.
  create function witness.judge_claim() returns trigger language plpgsql as $$ begin
    if new.fence is null or new.fence is not distinct from old.fence then return new; end if;
    insert into witness.claims values (new.connection, new.id, new.fence, old.lease_until_ms is not null);
    if old.lease_until_ms > witness.clock_ms() then
      insert into witness.violations values ('overlap', jsonb_build_object('old', to_jsonb(old), 'new', to_jsonb(new)));
    end if;
    if new.fence <= (select max(c.fence) from witness.claims c where c.connection = new.connection and c.id = new.id and c.fence <> new.fence) then
      insert into witness.violations values ('fence not above', to_jsonb(new));
    end if;
    return new;
  end $$;
  create trigger judge_claim before update on stockbridge.work for each row execute function witness.judge_claim();

  -- Limits and pauses: after each claim, over all that runs at this moment.
  create function witness.judge_limits() returns trigger language plpgsql as $$ begin
    if not exists (select from changed join before using (flow, connection, id) where changed.fence is distinct from before.fence and changed.fence is not null) then
      return null;
    end if;
    insert into witness.violations
    select 'limit', jsonb_build_object('connection', r.connection, 'runs', r.runs, 'allowed', r.allowed)
    from (
      select l.connection, count(distinct w.fence) as runs,
        case
          when min(c.paused_since_ms) is null then l.runs_max
          when min(c.paused_since_ms) > witness.clock_ms() - ${PAUSE_MARGIN_MS} then l.runs_max
          else least(1, l.runs_max)
        end as allowed
      from witness.limits l
      join stockbridge.work w on l.connection = any(w.touches) and w.lease_until_ms > witness.clock_ms()
      left join stockbridge.connections c on c.connection = l.connection and c.paused_until_ms is not null
      where exists (select from changed where l.connection = any(changed.touches))
      group by l.connection, l.runs_max
    ) r where r.runs > r.allowed;
    insert into witness.violations
    select 'pause', to_jsonb(c) from stockbridge.connections c
    where c.paused_until_ms > witness.clock_ms() and c.paused_since_ms < witness.clock_ms() - ${PAUSE_MARGIN_MS}
      and exists (select from changed where c.connection = any(changed.touches));
    return null;
  end $$;
  create trigger judge_limits after update on stockbridge.work referencing old table as before new table as changed
    for each statement execute function witness.judge_limits();

  -- No write of a run whose keys have gone to another.
  create function witness.judge_write() returns trigger language plpgsql as $$ begin
    if not exists (select from stockbridge.work w where w.flow = 'stock' and w.connection = new.connection
        and w.id = new.variant_id and w.fence::text = new.body->>'fence') then
      insert into witness.violations values ('zombie', to_jsonb(new));
    end if;
    return new;
  end $$;
  create trigger judge_write before insert on stockbridge.explanations for each row execute function witness.judge_write();
`;

export async function installWitness(url: string, limits: readonly ConnectionLimit[]): Promise<void> {
  await administer(url, TABLES);
  const rows = limits.map(({ connection, runsMax }) => `('${connection}', ${runsMax})`);
  await administer(url, `insert into witness.limits values ${rows.join(", ")}`);
  await administer(url, JUDGES);
}

export async function violations(url: string): Promise<string[]> {
  const rows = await administer(url, "select what, detail::text from witness.violations limit 20");
  return rows.map(({ what, detail }) => `${String(what)}: ${String(detail)}`);
}

/** Keys whose last value no finished run has seen. */
export async function lostHints(url: string): Promise<Record<string, unknown>[]> {
  return administer(
    url,
    `
    select k.connection, k.id, k.value, max(e.quantity) filter (where e.wrote) as seen
    from witness.keys k
    left join stockbridge.explanations e on e.connection = k.connection and e.variant_id = k.id
    group by k.connection, k.id, k.value
    having max(e.quantity) filter (where e.wrote) is distinct from k.value`,
  );
}
