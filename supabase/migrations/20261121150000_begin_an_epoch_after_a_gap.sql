-- Whoever got a gap has spoken what is not in the log: under the same epoch, a cursor that heard it would be answered
-- as though it were (R3, K3).
drop function public.claim_session;
drop function private.claim_session;

create function private.claim_session(p_session_id uuid, p_worker_id text, p_lost_epoch bigint) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_lease private.leases := private.lock_lease(p_session_id);
begin
  if v_lease.session_id is null then
    raise exception 'Cannot claim session "%": it does not exist', p_session_id using errcode = 'no_data_found';
  end if;
  if v_lease.worker_key = hashtextextended(p_worker_id, 0) and v_lease.epoch = p_lost_epoch then
    v_lease := private.begin_epoch(v_lease, p_worker_id);
  end if;
  return jsonb_build_object(
    'lease', private.take_lease(v_lease, p_worker_id),
    'userId', (select user_id from public.sessions where session_id = p_session_id)
  );
end;
$$;
comment on function private.claim_session is 'Takes the lease when it is free, expired or the worker''s own; a new epoch begins where the worker says that it lost its own.';

create function public.claim_session(p_session_id uuid, p_worker_id text, p_lost_epoch bigint default null)
returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select private.claim_session(p_session_id, p_worker_id, p_lost_epoch);
$$;

revoke execute on function private.claim_session from public;
revoke execute on function public.claim_session from public, anon, authenticated;
grant execute on function public.claim_session to service_role;
