-- security definer, both: who asks sees nothing of the private schema. Realtime calls them as the user, through the
-- policies below, and remembers the answer until that user joins again (K19).
create function private.may_receive(p_topic text) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
declare
  -- A topic may be anything a client writes: what is not exactly one of ours is refused, never an error.
  v_parts text[] := regexp_match(
    p_topic,
    '^(session|user):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?::([1-9][0-9]{0,8}))?$'
  );
  v_id uuid := v_parts[2]::uuid;
  v_generation integer := v_parts[3]::integer;
  v_role text;
begin
  if v_parts[1] = 'user' then
    return v_generation is null and coalesce(v_id = (select auth.uid()), false);
  end if;
  v_role := private.watch_role(v_id);
  if v_generation is null then
    return coalesce(v_role = 'owner', false);
  end if;
  return v_role is not null and v_generation = private.generation_of(v_id);
end;
$$;
comment on function private.may_receive is 'Whether the caller may hear a topic: session:<id> and user:<id> their owner, session:<id>:<generation> the observers too.';

create function private.may_appear(p_topic text) returns boolean
language sql stable security definer set search_path = ''
as $$
  select coalesce(p_topic like 'session:%', false) and private.may_receive(p_topic);
$$;
comment on function private.may_appear is 'Whether the caller may show presence on a topic.';

revoke execute on function private.may_receive, private.may_appear from public;
grant execute on function private.may_receive, private.may_appear to authenticated;

create policy "watchers can receive their topics" on realtime.messages
  for select to authenticated
  using (extension in ('broadcast', 'presence') and (select private.may_receive((select realtime.topic()))));

-- No broadcast: only the server writes events.
create policy "watchers can show presence" on realtime.messages
  for insert to authenticated
  with check (extension = 'presence' and (select private.may_appear((select realtime.topic()))));
