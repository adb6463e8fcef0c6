create function private.has_progressed(p_turn private.turns, p_from_seq bigint) returns boolean
language sql stable set search_path = ''
as $$
  select
    -- A step that began again has said nothing that is new.
    (count(*) > 0 and not coalesce(bool_or(buffer.chunks @> '[{"type": "reset-step"}]'), false))
    or coalesce(bool_or(buffer.chunks @> '[{"type": "finish-step"}]'), false)
  from private.stream_buffer as buffer
  where buffer.session_id = p_turn.session_id
    and buffer.turn_id = p_turn.turn_id
    and buffer.seq_from >= p_from_seq;
$$;
comment on function private.has_progressed is 'Whether an answer has got further since a seq, for good.';

create or replace function private.begin_epoch(p_lease private.leases, p_worker_id text) returns private.leases
language plpgsql volatile set search_path = ''
as $$
declare
  v_lease private.leases;
begin
  -- A lease given back is a planned handover, not a failed attempt; progress resets the count (K16).
  if p_lease.worker_key is not null then
    update private.turns
    set attempts = case when private.has_progressed(turns, last_epoch.start_seq) then 1 else attempts + 1 end
    from (
      select start_seq from private.lease_epochs
      where session_id = p_lease.session_id and epoch = p_lease.epoch
    ) as last_epoch
    where session_id = p_lease.session_id and status = 'running';
  end if;

  update private.leases
  set epoch = epoch + 1,
    worker_key = hashtextextended(p_worker_id, 0),
    last_batch_key = null,
    expires_at = clock_timestamp() + private.setting_interval('lease_ms')
  where session_id = p_lease.session_id
  returning * into v_lease;

  insert into private.lease_epochs (session_id, epoch, start_seq, worker_id)
  values (v_lease.session_id, v_lease.epoch, v_lease.last_seq + 1, p_worker_id);
  return v_lease;
end;
$$;

revoke execute on function private.has_progressed from public;
