-- The user's end of a reopened session answered the reason of the ending before, such as "abandoned": everybody was sent
-- away to come back, and reopened it (K5).
create or replace function private.end_session(p_session_id uuid, p_reason text, p_only_if_unattached boolean) returns jsonb
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
  -- Reopened with nothing said: the last ending stands, and is the user's when they end it now.
  v_is_new := v_session.end_time is null or v_lease.last_seq > v_session.end_seq;

  if not v_is_new then
    update public.sessions
    set status = 'ended',
      end_reason = case when p_reason = 'ended_by_user' then p_reason else end_reason end
    where session_id = p_session_id
    returning * into v_session;
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
