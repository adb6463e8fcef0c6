-- A hash of 32 bits alone took a new batch for the last one, once in billions of flushes, and its speech was lost. The
-- same batch again also ends where the log ends (K6).
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

-- A new body forgets what was set before.
alter function private.judge_batches set plan_cache_mode = 'force_generic_plan';
