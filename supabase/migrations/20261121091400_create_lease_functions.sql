create function private.lock_lease(p_session_id uuid) returns private.leases
language sql volatile set search_path = ''
as $$
  select * from private.leases where session_id = p_session_id for no key update;
$$;
comment on function private.lock_lease is 'Waits for the writer of a session. Everything that changes a session begins here.';

create function private.server_started_at() returns timestamptz
language sql stable set search_path = ''
as $$
  select pg_catalog.pg_postmaster_start_time();
$$;

-- K4: workers could not renew while Postgres was down, so a lease outlives a restart by its full time.
create function private.lease_ends_at(p_lease private.leases) returns timestamptz
language sql stable set search_path = ''
as $$
  select case
    when p_lease.worker_key is null then '-infinity'
    else greatest(p_lease.expires_at, private.server_started_at() + private.setting_interval('lease_ms'))
  end;
$$;

create function private.is_lease_live(p_lease private.leases) returns boolean
language sql volatile set search_path = ''
as $$
  select clock_timestamp() < private.lease_ends_at(p_lease);
$$;

create function private.begin_epoch(p_lease private.leases, p_worker_id text) returns private.leases
language plpgsql volatile set search_path = ''
as $$
declare
  v_lease private.leases;
begin
  update private.leases
  set epoch = epoch + 1,
    worker_key = hashtextextended(p_worker_id, 0),
    last_batch_key = null,
    expires_at = clock_timestamp() + private.setting_interval('lease_ms')
  where session_id = p_lease.session_id
  returning * into v_lease;

  insert into private.lease_epochs (session_id, epoch, start_seq, worker_id)
  values (v_lease.session_id, v_lease.epoch, v_lease.last_seq + 1, p_worker_id);

  -- A lease given back is a planned handover, not a failed attempt (K16).
  if p_lease.worker_key is not null then
    update private.turns set attempts = attempts + 1
    where session_id = v_lease.session_id and status = 'running';
  end if;
  return v_lease;
end;
$$;
comment on function private.begin_epoch is 'Makes a worker the only writer of a session, and fences every earlier one (R1). Lock the lease first.';

create function private.free_lease(p_session_id uuid) returns void
language sql volatile set search_path = ''
as $$
  update private.leases set worker_key = null, expires_at = clock_timestamp() where session_id = p_session_id;
$$;

create function private.take_lease(p_lease private.leases, p_worker_id text) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_lease private.leases := p_lease;
begin
  if v_lease.worker_key = hashtextextended(p_worker_id, 0) then
    update private.leases
    set expires_at = clock_timestamp() + private.setting_interval('lease_ms')
    where session_id = v_lease.session_id;
  elsif not private.is_lease_live(v_lease) then
    v_lease := private.begin_epoch(v_lease, p_worker_id);
  else
    return jsonb_build_object(
      'role', 'follower',
      'epoch', v_lease.epoch,
      'lastSeq', v_lease.last_seq,
      'expiresInMs', ceil(extract(epoch from private.lease_ends_at(v_lease) - clock_timestamp()) * 1000)::bigint
    );
  end if;
  return jsonb_build_object(
    'role', 'leader',
    'epoch', v_lease.epoch,
    'lastSeq', v_lease.last_seq,
    'leaseMs', private.setting('lease_ms')
  );
end;
$$;
comment on function private.take_lease is 'Takes the lease when it is free, expired or the worker''s own already; otherwise tells who leads. Lock it first.';

create function private.claim_session(p_session_id uuid, p_worker_id text) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_lease private.leases := private.lock_lease(p_session_id);
begin
  if v_lease.session_id is null then
    raise exception 'Cannot claim session "%": it does not exist', p_session_id using errcode = 'no_data_found';
  end if;
  return jsonb_build_object('lease', private.take_lease(v_lease, p_worker_id));
end;
$$;

create function public.claim_session(p_session_id uuid, p_worker_id text) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select private.claim_session(p_session_id, p_worker_id);
$$;

revoke execute on function private.lock_lease, private.server_started_at, private.lease_ends_at,
  private.is_lease_live, private.begin_epoch, private.free_lease, private.take_lease, private.claim_session
  from public;
revoke execute on function public.claim_session from public, anon, authenticated;
grant execute on function public.claim_session to service_role;
