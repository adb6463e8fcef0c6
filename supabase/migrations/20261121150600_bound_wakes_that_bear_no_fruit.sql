-- A session whose every worker dies before it gets anything done was woken for ever (K14, K16).
insert into private.settings (name, value, description) values
  ('wake_backoff_max_ms', 300000, 'Longest wait between two wakes that bear no fruit; the first one is wake_after_ms, and it doubles'),
  ('wake_attempts', 10, 'How many wakes without fruit give up the answers and commands of a session'),
  ('orphan_wakes', 3, 'How often a worker is asked for before orphan_ms counts');

alter table private.leases
  add column wake_count integer not null default 0,
  add column woken_at timestamptz;
comment on column private.leases.wake_count is 'How often a worker was asked for since one last got something done.';
comment on column private.leases.woken_at is 'When a worker was last asked for.';

create function private.lacks_worker(p_lease private.leases) returns boolean
language sql volatile set search_path = ''
as $$
  -- The worker of a socket takes over by itself, and has the token that tools need.
  select not private.is_lease_live(p_lease) and private.attached_count(p_lease.session_id) = 0;
$$;

create function private.is_wake_due(p_lease private.leases) returns boolean
language sql volatile set search_path = ''
as $$
  select p_lease.wake_count = 0 or p_lease.woken_at is null or clock_timestamp() >= p_lease.woken_at + least(
    private.setting('wake_after_ms') * 2 ^ least(p_lease.wake_count - 1, 30),
    private.setting('wake_backoff_max_ms')
  ) * interval '1 millisecond';
$$;

create function private.wake(p_session_id uuid) returns text
language plpgsql volatile set search_path = ''
as $$
begin
  update private.leases set wake_count = wake_count + 1, woken_at = clock_timestamp()
  where session_id = p_session_id;
  return private.kick_wake(p_session_id);
end;
$$;
comment on function private.wake is 'Asks for a worker, and counts that: a request that cannot be sent bears no fruit either.';

create or replace function private.wake_lost_sessions() returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  v_session_id uuid;
  v_obstacle text;
  v_last_obstacle text;
  v_count integer := 0;
begin
  for v_session_id in
    select leases.session_id from private.leases
    where leases.session_id in (
        select session_id from private.turns where status in ('queued', 'running')
        union
        select session_id from private.commands
        where acked_at is null
          and submitted_at + private.setting_interval('wake_after_ms') <= clock_timestamp()
      )
      and private.lacks_worker(leases)
      and private.is_wake_due(leases)
      and leases.wake_count < private.setting('wake_attempts')
    order by coalesce(leases.woken_at, leases.expires_at)
    limit 100
    for no key update skip locked
  loop
    v_obstacle := private.wake(v_session_id);
    v_last_obstacle := coalesce(v_obstacle, v_last_obstacle);
    v_count := v_count + (v_obstacle is null)::integer;
  end loop;
  if v_last_obstacle is not null then
    raise warning 'Cannot wake workers for sessions without one: %', v_last_obstacle;
  end if;
  return v_count;
end;
$$;

create or replace function private.interrupt_orphaned_turns() returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  v_lease private.leases;
  v_turn_id uuid;
  v_count integer := 0;
begin
  for v_lease in
    select leases.* from private.leases
    where leases.session_id in (
        select session_id from private.turns where status in ('queued', 'running')
        union
        select session_id from private.commands where acked_at is null
      )
      and private.lacks_worker(leases)
      and (
        (leases.wake_count >= private.setting('wake_attempts') and private.is_wake_due(leases))
        or (
          leases.wake_count >= private.setting('orphan_wakes')
          and leases.expires_at + private.setting_interval('orphan_ms') <= clock_timestamp()
          and private.has_active_turn(leases.session_id)
        )
      )
    order by leases.expires_at
    limit private.setting('sweep_limit')
    for no key update skip locked
  loop
    continue when not private.lacks_worker(v_lease);
    perform private.begin_epoch(v_lease, null);
    for v_turn_id in
      select turn_id from private.turns
      where session_id = v_lease.session_id and status in ('queued', 'running')
      order by user_seq
    loop
      v_count := v_count + 1;
      perform private.stop_turn(v_lease.session_id, v_turn_id, 'interrupted');
    end loop;
    if v_lease.wake_count >= private.setting('wake_attempts') then
      update private.commands set acked_at = clock_timestamp(), refusal = 'internal'
      where session_id = v_lease.session_id and acked_at is null and submitted_at <= v_lease.woken_at;
      update private.leases set wake_count = 0 where session_id = v_lease.session_id;
    end if;
    perform private.free_lease(v_lease.session_id);
  end loop;
  return v_count;
end;
$$;
comment on function private.interrupt_orphaned_turns is 'Ends turns whose leader died and that nobody came back for, keeping what they said (R7), and refuses commands that no worker gets done.';

-- What gets something done is recorded, and ends the count.
create or replace function private.judge_batches(p_worker_id text, p_batches jsonb) returns private.judged_batch[]
language plpgsql volatile set search_path = ''
as $$
declare
  -- A worker counts on its lease for a little less than it lasts, so that it need not be renewed with each flush (K2).
  v_worth_from timestamptz := clock_timestamp() + private.setting_interval('lease_ms') * 0.9;
  v_held uuid[];
  v_recorded uuid[];
  v_leases private.leases[];
begin
  v_held := array(
    select given.session_id
    from (
      select distinct (value ->> 'sessionId')::uuid as session_id
      from jsonb_array_elements(p_batches)
      order by session_id
      offset 0
    ) as given
    where pg_try_advisory_xact_lock(private.session_key(given.session_id))
  );

  v_recorded := array(
    select leases.session_id
    from jsonb_array_elements(p_batches) as batch
      join private.leases on leases.session_id = (batch.value ->> 'sessionId')::uuid
    where leases.session_id = any (v_held)
      and (
        leases.expires_at < v_worth_from
        or (leases.wake_count > 0 and batch.value -> 'lastSeq' >= batch.value -> 'seqFrom')
        or batch.value - array['sessionId', 'epoch', 'batchId', 'seqFrom', 'lastSeq', 'chunkRuns']
          <> '{"events": [], "turns": [], "acks": []}'
        or case
          when batch.value -> 'chunkRuns' = '[]' then batch.value -> 'lastSeq' >= batch.value -> 'seqFrom'
          else batch.value #> '{chunkRuns,-1,seqTo}' <> batch.value -> 'lastSeq'
            or batch.value #> '{chunkRuns,-1,chunks}' = '[]'
        end
      )
  );

  v_leases := array(
    select leases from private.leases
    where session_id = any (v_recorded)
    order by session_id
    for no key update skip locked
  ) || array(
    select leases from private.leases
    where session_id = any (v_held) and session_id <> all (v_recorded)
  );

  return array(
    select row(
      given.ordinal,
      given.session_id,
      case
        when lease.session_id is null
          and not exists (select from private.leases where leases.session_id = given.session_id) then 'fenced'
        when lease.session_id is null or given.occurrence > 1 then 'busy'
        when lease.epoch = (given.batch ->> 'epoch')::bigint
          and (given.batch ->> 'lastSeq')::bigint = reached.seq
          and case
            when lease.last_seq >= coalesce(spoken.seq_to, 0)
              then lease.last_batch_key = hashtextextended(given.batch ->> 'batchId', 0)
            else spoken.batch_key = hashtext(given.batch ->> 'batchId')
              and (given.batch ->> 'seqFrom')::bigint <= reached.seq
          end then 'repeated'
        when lease.epoch <> (given.batch ->> 'epoch')::bigint
          or lease.worker_key is distinct from hashtextextended(p_worker_id, 0) then 'fenced'
        when (given.batch ->> 'seqFrom')::bigint <> reached.seq + 1
          or (given.batch ->> 'lastSeq')::bigint < reached.seq then 'gap'
        else 'fresh'
      end,
      given.batch,
      lease.epoch,
      reached.seq,
      given.session_id = any (v_recorded)
    )::private.judged_batch
    from (
      select
        ordinality as ordinal,
        (value ->> 'sessionId')::uuid as session_id,
        value as batch,
        row_number() over (partition by (value ->> 'sessionId')::uuid order by ordinality) as occurrence
      from jsonb_array_elements(p_batches) with ordinality
    ) as given
      left join unnest(v_leases) as lease on lease.session_id = given.session_id
      left join lateral (
        select seq_to, batch_key from private.stream_buffer
        where stream_buffer.session_id = lease.session_id
        order by seq_from desc
        limit 1
      ) as spoken on true
      cross join lateral (select greatest(lease.last_seq, spoken.seq_to) as seq) as reached
    order by given.ordinal
  );
end;
$$;

create or replace function private.renew_leases(p_worker_id text, p_judged private.judged_batch[]) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_expires_at timestamptz := clock_timestamp() + private.setting_interval('lease_ms');
begin
  update private.leases
  set last_seq = (judged.batch ->> 'lastSeq')::bigint,
    last_batch_key = hashtextextended(judged.batch ->> 'batchId', 0),
    expires_at = v_expires_at,
    wake_count = case
      when (judged.batch ->> 'lastSeq')::bigint > judged.last_seq
        or judged.batch -> 'turns' <> '[]' or judged.batch -> 'acks' <> '[]' then 0
      else leases.wake_count
    end
  from unnest(p_judged) as judged
  where leases.session_id = judged.session_id
    and judged.verdict = 'fresh'
    and judged.is_recorded;

  if exists (select from unnest(p_judged) as judged where judged.verdict = 'repeated' and judged.is_recorded) then
    update private.leases
    set expires_at = v_expires_at
    from unnest(p_judged) as judged
    where leases.session_id = judged.session_id
      and judged.verdict = 'repeated'
      and judged.is_recorded
      and leases.worker_key = hashtextextended(p_worker_id, 0);
  end if;
end;
$$;

alter function private.judge_batches set plan_cache_mode = 'force_generic_plan';
alter function private.renew_leases set plan_cache_mode = 'force_generic_plan';

revoke execute on function private.lacks_worker, private.is_wake_due, private.wake from public;
