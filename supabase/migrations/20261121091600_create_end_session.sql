create function private.ending_of(p_session public.sessions) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'reason', p_session.end_reason,
    'endTime', private.iso(p_session.end_time),
    'durationSeconds', p_session.duration_seconds
  );
$$;

create function private.end_session(p_session_id uuid, p_reason text, p_only_if_unattached boolean) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_lease private.leases := private.lock_lease(p_session_id);
  v_session public.sessions;
  v_has_content boolean;
  v_is_new boolean;
  v_end_time timestamptz := clock_timestamp();
begin
  if p_only_if_unattached
    and (private.attached_count(p_session_id) > 0 or private.has_active_turn(p_session_id)) then
    return null;
  end if;
  select * into v_session from public.sessions where session_id = p_session_id for no key update;
  update private.leases set end_requested = null where session_id = p_session_id and end_requested is not null;
  if v_session.status = 'ended' then
    return private.ending_of(v_session);
  end if;

  -- Nobody was there during the grace: the session ended when it was last in use.
  if p_reason = 'abandoned' then
    v_end_time := greatest(v_session.start_time, least(v_end_time, v_lease.idle_since));
  end if;
  v_has_content := exists (
    select from public.session_events where session_id = p_session_id and event_type = 'user_message'
  );
  -- Reopened and left again with nothing said: the last ending stands.
  v_is_new := v_session.end_time is null or v_lease.last_seq > v_session.end_seq;

  if not v_is_new then
    update public.sessions set status = 'ended' where session_id = p_session_id returning * into v_session;
  else
    update public.sessions
    set status = 'ended',
      end_time = v_end_time,
      duration_seconds = round(extract(epoch from v_end_time - start_time)),
      end_reason = p_reason,
      end_seq = v_lease.last_seq,
      ending_number = ending_number + v_has_content::integer,
      summary_status = case when v_has_content then 'pending' else summary_status end
    where session_id = p_session_id
    returning * into v_session;
  end if;
  perform private.add_system_event(
    p_session_id, 'ended', 'Session ended', jsonb_build_object('reason', p_reason)
  );
  return private.ending_of(v_session);
end;
$$;
comment on function private.end_session is 'Ends a session as its writer, and tells how it ended; null when it may not end yet (K5).';

revoke execute on function private.ending_of, private.end_session from public;
