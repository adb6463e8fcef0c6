create function private.request_end(p_lease private.leases, p_reason text) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if private.is_lease_live(p_lease) or private.has_active_turn(p_lease.session_id) then
    update private.leases set end_requested = p_reason
    where session_id = p_lease.session_id and end_requested is null;
  else
    perform private.begin_epoch(p_lease, null);
    perform private.end_session(p_lease.session_id, coalesce(p_lease.end_requested, p_reason), true);
    perform private.free_lease(p_lease.session_id);
  end if;
end;
$$;
comment on function private.request_end is 'Ends an unattached session: through its leader when there is one, else under an epoch of its own (K1).';

create function private.detach_connection(
  p_session_id uuid, p_worker_id text, p_connection_id text, p_close_code integer
) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_lease private.leases := private.lock_lease(p_session_id);
  v_attached_count integer;
  v_was_attached boolean;
begin
  delete from private.attachments
  where session_id = p_session_id and connection_id = p_connection_id and worker_id = p_worker_id;
  v_was_attached := found;
  v_attached_count := private.attached_count(p_session_id);
  if v_was_attached then
    update private.leases set idle_since = clock_timestamp() where session_id = p_session_id;
    perform private.add_system_event(
      p_session_id, 'disconnected', 'Disconnected',
      jsonb_build_object('connectionId', p_connection_id, 'closeCode', p_close_code)
    );
    if p_close_code = 1000 and v_attached_count = 0 then
      perform private.request_end(v_lease, 'closed');
    end if;
  end if;
  return jsonb_build_object('attachedCount', v_attached_count);
end;
$$;

create function public.detach_connection(
  p_session_id uuid, p_worker_id text, p_connection_id text, p_close_code integer
) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select private.detach_connection(p_session_id, p_worker_id, p_connection_id, p_close_code);
$$;

revoke execute on function private.request_end, private.detach_connection from public;
revoke execute on function public.detach_connection from public, anon, authenticated;
grant execute on function public.detach_connection to service_role;
