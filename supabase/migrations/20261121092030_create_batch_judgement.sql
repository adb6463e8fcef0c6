create type private.judged_batch as (
  ordinal bigint,
  session_id uuid,
  verdict text,
  batch jsonb,
  epoch bigint,
  last_seq bigint
);
comment on type private.judged_batch is 'A batch, and what its session''s lease says to it; epoch and last_seq are those of the lease.';

create function private.judge_batches(p_worker_id text, p_batches jsonb) returns private.judged_batch[]
language plpgsql volatile set search_path = ''
as $$
declare
  v_locked private.leases[];
begin
  select array_agg(locked) into v_locked
  from (
    select * from private.leases
    where session_id in (select (value ->> 'sessionId')::uuid from jsonb_array_elements(p_batches))
    order by session_id
    for no key update skip locked
  ) as locked;

  return array(
    select row(
      given.ordinal,
      given.session_id,
      case
        when lease.session_id is null
          and not exists (select from private.leases where leases.session_id = given.session_id) then 'fenced'
        when lease.session_id is null or given.occurrence > 1 then 'busy'
        when lease.epoch = (given.batch ->> 'epoch')::bigint
          and lease.last_batch_key = hashtextextended(given.batch ->> 'batchId', 0) then 'repeated'
        when lease.epoch <> (given.batch ->> 'epoch')::bigint
          or lease.worker_key is distinct from hashtextextended(p_worker_id, 0) then 'fenced'
        when (given.batch ->> 'seqFrom')::bigint <> lease.last_seq + 1
          or (given.batch ->> 'lastSeq')::bigint < lease.last_seq then 'gap'
        else 'fresh'
      end,
      given.batch,
      lease.epoch,
      lease.last_seq
    )::private.judged_batch
    from (
      select
        ordinality as ordinal,
        (value ->> 'sessionId')::uuid as session_id,
        value as batch,
        row_number() over (partition by (value ->> 'sessionId')::uuid order by ordinality) as occurrence
      from jsonb_array_elements(p_batches) with ordinality
    ) as given
    left join unnest(v_locked) as lease on lease.session_id = given.session_id
    order by given.ordinal
  );
end;
$$;
comment on function private.judge_batches is 'Locks the leases in session order, skipping those that are locked, and judges each batch by its lease (K6).';

create function private.renew_leases(p_worker_id text, p_judged private.judged_batch[]) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_expires_at timestamptz := clock_timestamp() + private.setting_interval('lease_ms');
  -- A turn with a silent model asks for its inbox every few milliseconds; such a call renews only when it is worth a write.
  v_worth_from timestamptz := clock_timestamp() + private.setting_interval('lease_ms') * 0.95;
begin
  update private.leases
  set last_seq = (judged.batch ->> 'lastSeq')::bigint,
    last_batch_key = hashtextextended(judged.batch ->> 'batchId', 0),
    expires_at = v_expires_at
  from unnest(p_judged) as judged
  where leases.session_id = judged.session_id
    and judged.verdict = 'fresh'
    and (
      leases.expires_at < v_worth_from
      or judged.batch - array['sessionId', 'epoch', 'batchId', 'seqFrom', 'lastSeq']
        <> '{"events": [], "chunkRuns": [], "turns": [], "acks": []}'
    );

  update private.leases
  set expires_at = v_expires_at
  from unnest(p_judged) as judged
  where leases.session_id = judged.session_id
    and judged.verdict = 'repeated'
    and leases.worker_key = hashtextextended(p_worker_id, 0);
end;
$$;

create function private.renew_attachments(p_worker_id text) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_expires_at timestamptz := clock_timestamp() + private.setting_interval('attachment_ms');
  v_worth_from timestamptz := clock_timestamp() + private.setting_interval('attachment_ms') * 0.67;
begin
  update private.attachments
  set expires_at = v_expires_at
  where (session_id, connection_id) in (
    select session_id, connection_id from private.attachments
    where worker_id = p_worker_id and expires_at < v_worth_from
    order by session_id, connection_id
    for update skip locked
  );
end;
$$;

revoke execute on function private.judge_batches, private.renew_leases, private.renew_attachments from public;
