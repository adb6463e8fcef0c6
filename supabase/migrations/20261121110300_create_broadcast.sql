create function private.broadcast(p_topic text, p_event text, p_payload jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform realtime.send(p_payload, p_event, p_topic, true);
-- Realtime only tells sooner what the log tells anyway: no transaction may fail because it is broken or absent.
exception when others then
  raise warning 'Cannot broadcast "%" to topic "%": %', p_event, p_topic, sqlerrm;
end;
$$;
comment on function private.broadcast is 'Sends to a private topic once the transaction commits, and never fails.';

create function private.broadcast_all(p_topics text[], p_frame jsonb) returns void
language sql volatile set search_path = ''
as $$
  select private.broadcast(topic, p_frame ->> 'type', p_frame) from unnest(p_topics) as topic;
$$;

create function private.heard_topics(p_session_id uuid) returns text[]
language sql stable set search_path = ''
as $$
  select coalesce(
    (
      select private.topics_since(watches, now() - private.setting_interval('hear_ms'))
      from private.watches where session_id = p_session_id
    ),
    '{}'
  );
$$;
comment on function private.heard_topics is 'Where facts of a session go: topics somebody watched lately. A sleeping tab counts, one that was never there costs nothing.';

revoke execute on function private.broadcast, private.broadcast_all, private.heard_topics from public;
