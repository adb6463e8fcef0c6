-- A row lock is written to the log, once a flush and session; an advisory lock is not. Whoever waits for both takes the
-- row first. An append waits for neither.
create function private.session_key(p_session_id uuid) returns bigint
language plpgsql immutable set search_path = ''
as $$
begin
  return uuid_hash_extended(p_session_id, 0);
end;
$$;

create function private.hold_session(p_session_id uuid) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(private.session_key(p_session_id));
end;
$$;
comment on function private.hold_session is 'Waits until no append to the session is under way, and keeps others off until the transaction ends (R1).';

create function private.last_seq_of(p_lease private.leases) returns bigint
language plpgsql stable set search_path = ''
as $$
begin
  return greatest(
    p_lease.last_seq,
    (
      select seq_to from private.stream_buffer
      where session_id = p_lease.session_id
      order by seq_from desc
      limit 1
    )
  );
end;
$$;
comment on function private.last_seq_of is 'The last seq of a session: speech is appended without a write to the lease.';
comment on column private.leases.last_seq is 'As of the last append that was more than speech; private.last_seq_of() knows what has been said since.';

create or replace function private.lock_lease(p_session_id uuid) returns private.leases
language plpgsql volatile set search_path = ''
as $$
declare
  v_lease private.leases;
begin
  select * into v_lease from private.leases where session_id = p_session_id for no key update;
  if v_lease.session_id is not null then
    perform private.hold_session(p_session_id);
    v_lease.last_seq := private.last_seq_of(v_lease);
  end if;
  return v_lease;
end;
$$;

create or replace function private.begin_epoch(p_lease private.leases, p_worker_id text) returns private.leases
language plpgsql volatile set search_path = ''
as $$
declare
  v_lease private.leases;
begin
  perform private.hold_session(p_lease.session_id);

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
    last_seq = private.last_seq_of(leases),
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

revoke execute on function private.session_key, private.hold_session, private.last_seq_of from public;
