alter table public.sessions
  add column title_source text not null default 'message' check (title_source in ('message', 'model', 'user'));
comment on column public.sessions.title_source is 'Who gave the title: taken from the first message, made by the model, or chosen by the user, which stays.';

create function private.on_title_chosen() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  -- Without a title there is nothing to protect: the server may find one again.
  new.title_source := case when new.title is null then 'message' else 'user' end;
  return new;
end;
$$;
revoke execute on function private.on_title_chosen from public;

create trigger users_choose_titles
  before update of title on public.sessions
  for each row
  when (current_user = 'authenticated')
  execute function private.on_title_chosen();

create function private.renames(p_batch jsonb, p_source text) returns boolean
language sql immutable set search_path = ''
as $$
  select p_batch ? 'title'
    and coalesce(p_batch #>> '{title,text}', p_batch ->> 'title') <> ''
    and case p_source
      when 'user' then false
      when 'model' then p_batch #>> '{title,source}' = 'model'
      else true
    end;
$$;
comment on function private.renames is 'Whether a batch has a title, a text or {text, source}, that may replace one of that source.';
revoke execute on function private.renames from public;

create or replace function private.write_events(p_judged private.judged_batch[]) returns void
language sql volatile set search_path = ''
as $$
  insert into public.session_events (session_id, seq, seq_to, event_type, role, content, data)
  select
    judged.session_id,
    (event ->> 'seq')::bigint,
    coalesce((event ->> 'seqTo')::bigint, (event ->> 'seq')::bigint),
    event ->> 'eventType',
    event ->> 'role',
    event ->> 'content',
    event -> 'data'
  from unnest(p_judged) as judged,
    jsonb_array_elements(judged.batch -> 'events') with ordinality as events (event, ordinality)
  where judged.verdict = 'fresh'
  order by judged.ordinal, events.ordinality;

  update private.commands
  set acked_at = clock_timestamp(), seq = (ack ->> 'seq')::bigint, refusal = ack ->> 'refusal'
  from unnest(p_judged) as judged, jsonb_array_elements(judged.batch -> 'acks') as ack
  where judged.verdict = 'fresh'
    and commands.session_id = judged.session_id
    and commands.command_id = (ack ->> 'commandId')::uuid
    and commands.acked_at is null;

  -- New content makes the last ending history: the session is active, with no end time.
  update public.sessions
  set title = case
      when private.renames(written.batch, sessions.title_source)
        then left(coalesce(written.batch #>> '{title,text}', written.batch ->> 'title'), 200)
      else sessions.title
    end,
    title_source = case
      when private.renames(written.batch, sessions.title_source)
        then coalesce(written.batch #>> '{title,source}', 'message')
      else sessions.title_source
    end,
    message_count = sessions.message_count + written.messages,
    input_tokens = sessions.input_tokens + written.input_tokens,
    output_tokens = sessions.output_tokens + written.output_tokens,
    last_activity_at = clock_timestamp(),
    status = case when written.questions > 0 then 'active' else sessions.status end,
    end_time = case when written.questions = 0 then sessions.end_time end,
    duration_seconds = case when written.questions = 0 then sessions.duration_seconds end,
    end_reason = case when written.questions = 0 then sessions.end_reason end
  from (
    select
      judged.session_id,
      judged.batch,
      coalesce((judged.batch #>> '{usage,inputTokens}')::bigint, 0) as input_tokens,
      coalesce((judged.batch #>> '{usage,outputTokens}')::bigint, 0) as output_tokens,
      counted.messages,
      counted.questions
    from unnest(p_judged) as judged
      cross join lateral (
        select
          count(*) filter (where event ->> 'eventType' in ('user_message', 'assistant_message')) as messages,
          count(*) filter (where event ->> 'eventType' = 'user_message') as questions
        from jsonb_array_elements(judged.batch -> 'events') as event
      ) as counted
    where judged.verdict = 'fresh'
      and (judged.batch -> 'events' <> '[]' or judged.batch ? 'usage' or judged.batch ? 'title')
  ) as written
  where sessions.session_id = written.session_id;
$$;
