create function private.session_updated(p_session public.sessions) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'type', 'session.updated',
    'title', p_session.title,
    'status', p_session.status,
    'usage', jsonb_build_object(
      'inputTokens', p_session.input_tokens,
      'outputTokens', p_session.output_tokens,
      'totalTokens', p_session.input_tokens + p_session.output_tokens
    ),
    'summary', p_session.summary,
    'summaryStatus', p_session.summary_status
  );
$$;

create function private.session_changed(p_session public.sessions, p_operation text) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'type', 'session.changed',
    'sessionId', p_session.session_id,
    'operation', p_operation,
    'title', p_session.title,
    'status', p_session.status,
    'startTime', private.iso(p_session.start_time),
    'endTime', private.iso(p_session.end_time),
    'lastActivityAt', private.iso(p_session.last_activity_at),
    'messageCount', p_session.message_count,
    'summary', p_session.summary,
    'summaryStatus', p_session.summary_status,
    'summaryRead', p_session.summary_read
  );
$$;

-- security definer, both: whoever changes a session may not broadcast.
create function private.on_session_updated() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_topics text[] := private.heard_topics(new.session_id);
begin
  if v_topics <> '{}' then
    perform private.broadcast_all(v_topics, private.session_updated(new));
    if new.status = 'ended' and old.status <> 'ended' then
      perform private.broadcast_all(
        v_topics, jsonb_build_object('type', 'session.ended') || private.ending_of(new)
      );
    end if;
  end if;
  return null;
end;
$$;

create trigger session_updates_are_broadcast
  after update on public.sessions
  for each row
  when (
    (old.title, old.status, old.summary, old.summary_status, old.input_tokens, old.output_tokens)
      is distinct from
    (new.title, new.status, new.summary, new.summary_status, new.input_tokens, new.output_tokens)
  )
  execute function private.on_session_updated();

create function private.on_session_list_changed() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_session public.sessions := case when tg_op = 'DELETE' then old else new end;
begin
  perform private.broadcast(
    'user:' || v_session.user_id, 'session.changed', private.session_changed(v_session, lower(tg_op))
  );
  return null;
end;
$$;

create trigger session_lists_gain_and_lose
  after insert or delete on public.sessions
  for each row execute function private.on_session_list_changed();

create trigger session_lists_change
  after update on public.sessions
  for each row
  when (
    (old.title, old.status, old.summary, old.summary_status, old.summary_read, old.message_count)
      is distinct from
    (new.title, new.status, new.summary, new.summary_status, new.summary_read, new.message_count)
  )
  execute function private.on_session_list_changed();

revoke execute on function private.session_updated, private.session_changed, private.on_session_updated,
  private.on_session_list_changed from public;
