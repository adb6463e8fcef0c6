-- Whoever has a socket hears the answers there: to appear beside the others it needs the topics, and no broadcast of answers.
-- security definer: watchers see nothing of the private schema.
create function public.session_topics(p_session_id uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_role text := private.watch_role(p_session_id);
  v_observers_topic text := private.observers_topic(p_session_id, private.generation_of(p_session_id));
begin
  if v_role is null then
    raise exception 'Cannot watch session "%": it is not yours and not shared with you', p_session_id
      using errcode = 'insufficient_privilege';
  end if;
  if v_role = 'observer' then
    return jsonb_build_object('role', v_role, 'topic', v_observers_topic);
  end if;
  return jsonb_build_object('role', v_role, 'topic', private.session_topic(p_session_id)) || case
    when exists (
      select from public.session_shares as shares
      where session_id = p_session_id and private.is_share_valid(shares)
    ) then jsonb_build_object('observersTopic', v_observers_topic)
    else '{}'
  end;
end;
$$;
comment on function public.session_topics is 'On which topics those in a session appear to each other. Unlike watch_session it asks for nothing to be broadcast.';

revoke execute on function public.session_topics from public, anon, service_role;
grant execute on function public.session_topics to authenticated;
