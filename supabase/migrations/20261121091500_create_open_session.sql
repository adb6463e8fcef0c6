create function private.add_system_event(p_session_id uuid, p_kind text, p_content text, p_facts jsonb default '{}')
returns void
language sql volatile set search_path = ''
as $$
  insert into public.session_events (session_id, event_type, role, content, data)
  values (p_session_id, 'system', 'system', p_content, jsonb_build_object('kind', p_kind) || p_facts);
$$;
comment on function private.add_system_event is 'Records what happened outside a turn. Such events have no seq (K1).';

create function private.create_session(p_session_id uuid, p_user_id uuid) returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  insert into public.sessions (session_id, user_id) values (p_session_id, p_user_id) on conflict do nothing;
  if not found then
    return false;
  end if;
  insert into private.leases (session_id) values (p_session_id);
  perform private.give_sample_rows(p_user_id);
  return true;
exception when foreign_key_violation then
  -- The token outlived its user.
  return false;
end;
$$;

create function private.open_session(
  p_session_id uuid, p_user_id uuid, p_worker_id text, p_connection_id text
) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_created boolean := private.create_session(p_session_id, p_user_id);
  v_session public.sessions;
  v_lease private.leases;
  v_is_new boolean;
begin
  if not exists (select from public.sessions where session_id = p_session_id and user_id = p_user_id) then
    return jsonb_build_object('outcome', 'forbidden');
  end if;
  v_lease := private.lock_lease(p_session_id);
  select * into v_session from public.sessions where session_id = p_session_id;
  if v_session.session_id is null then
    return jsonb_build_object('outcome', 'forbidden');
  end if;

  insert into private.attachments (session_id, connection_id, worker_id, expires_at)
  values (p_session_id, p_connection_id, p_worker_id, clock_timestamp() + private.setting_interval('attachment_ms'))
  on conflict (session_id, connection_id) do update
    set worker_id = excluded.worker_id, expires_at = excluded.expires_at
  returning xmax = 0 into v_is_new;

  update private.leases set end_requested = null where session_id = p_session_id and end_requested is not null;
  if v_session.status = 'ended' then
    update public.sessions set status = 'active' where session_id = p_session_id;
  end if;
  if v_created then
    perform private.add_system_event(
      p_session_id, 'connected', 'Connected', jsonb_build_object('connectionId', p_connection_id)
    );
  elsif v_is_new then
    perform private.add_system_event(
      p_session_id, 'resumed', 'Connected again', jsonb_build_object('connectionId', p_connection_id)
    );
  end if;

  return jsonb_build_object(
    'outcome', 'opened',
    'created', v_created,
    'reopened', v_session.status = 'ended',
    'title', v_session.title,
    'status', 'active',
    'lease', private.take_lease(v_lease, p_worker_id)
  );
end;
$$;
comment on function private.open_session is 'Attaches a connection. A session of somebody else is refused, and nothing is written (R10).';

create function public.open_session(
  p_session_id uuid, p_user_id uuid, p_worker_id text, p_connection_id text
) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select private.open_session(p_session_id, p_user_id, p_worker_id, p_connection_id);
$$;

revoke execute on function private.add_system_event, private.create_session, private.open_session from public;
revoke execute on function public.open_session from public, anon, authenticated;
grant execute on function public.open_session to service_role;
