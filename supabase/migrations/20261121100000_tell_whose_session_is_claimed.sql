-- A worker that is woken for a session has no socket to know its owner from.
create or replace function private.claim_session(p_session_id uuid, p_worker_id text) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_lease private.leases := private.lock_lease(p_session_id);
begin
  if v_lease.session_id is null then
    raise exception 'Cannot claim session "%": it does not exist', p_session_id using errcode = 'no_data_found';
  end if;
  return jsonb_build_object(
    'lease', private.take_lease(v_lease, p_worker_id),
    'userId', (select user_id from public.sessions where session_id = p_session_id)
  );
end;
$$;
