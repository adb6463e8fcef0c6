-- Nine of ten flushes are speech alone: they leave the lease as it is. The buffer's own rows then tell how far the log
-- goes, and which batch was the last.
alter table private.stream_buffer add column batch_key integer;
comment on column private.stream_buffer.batch_key is 'Hash of the id of the batch: where speech was the last that was appended, the same again changes nothing (K6).';
comment on column private.leases.last_batch_key is 'Hash of the id of the last batch under this epoch that was more than speech: the same again changes nothing (K6).';

alter type private.judged_batch add attribute is_recorded boolean;
comment on type private.judged_batch is 'A batch, and what its session''s lease says to it; epoch and last_seq are those of the log. Recorded: the lease is locked, and written.';

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
          and case
            when lease.last_seq >= coalesce(spoken.seq_to, 0)
              then lease.last_batch_key = hashtextextended(given.batch ->> 'batchId', 0)
            else spoken.batch_key = hashtext(given.batch ->> 'batchId')
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
comment on function private.judge_batches is 'Holds the sessions, and locks the leases that will be written, in session order, skipping what others have; judges each batch by its lease (K6).';

create or replace function private.renew_leases(p_worker_id text, p_judged private.judged_batch[]) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_expires_at timestamptz := clock_timestamp() + private.setting_interval('lease_ms');
begin
  update private.leases
  set last_seq = (judged.batch ->> 'lastSeq')::bigint,
    last_batch_key = hashtextextended(judged.batch ->> 'batchId', 0),
    expires_at = v_expires_at
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

create or replace function private.write_chunks(p_judged private.judged_batch[]) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if exists (
    select from unnest(p_judged) as judged,
      jsonb_array_elements(judged.batch -> 'chunkRuns') as run
    where judged.verdict = 'fresh'
      and (
        not exists (
          select from private.turns
          where turns.session_id = judged.session_id and turns.turn_id = (run ->> 'turnId')::uuid
        )
        or (run ->> 'seqFrom')::bigint < (judged.batch ->> 'seqFrom')::bigint
        or (run ->> 'seqTo')::bigint > (judged.batch ->> 'lastSeq')::bigint
      )
  ) then
    raise exception 'Cannot append chunks: their turn is unknown or their seq is outside the batch'
      using errcode = 'check_violation';
  end if;

  insert into private.stream_buffer (session_id, seq_from, seq_to, turn_id, chunks, batch_key)
  select
    judged.session_id,
    (run ->> 'seqFrom')::bigint,
    (run ->> 'seqTo')::bigint,
    (run ->> 'turnId')::uuid,
    run -> 'chunks',
    hashtext(judged.batch ->> 'batchId')
  from unnest(p_judged) as judged, jsonb_array_elements(judged.batch -> 'chunkRuns') as run
  where judged.verdict = 'fresh' and run -> 'chunks' <> '[]';
end;
$$;

create or replace function private.append_alone(p_worker_id text, p_batch jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  return private.append_together(p_worker_id, jsonb_build_array(p_batch)) -> 0;
exception when integrity_constraint_violation or data_exception then
  raise warning 'Cannot append batch "%" to session "%": %', p_batch ->> 'batchId', p_batch ->> 'sessionId', sqlerrm;
  return jsonb_build_object(
    'sessionId', p_batch ->> 'sessionId',
    'outcome', 'gap',
    'lastSeq', coalesce(
      (select private.last_seq_of(leases) from private.leases where session_id::text = p_batch ->> 'sessionId'), 0
    )
  );
end;
$$;
