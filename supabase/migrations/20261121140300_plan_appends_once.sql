-- A function in SQL is planned with each call, one in PL/pgSQL once a connection: an append took longer to plan than to run.
create or replace function private.setting(p_name text) returns bigint
language plpgsql stable set search_path = ''
as $$
begin
  return (select value from private.settings where name = p_name);
end;
$$;

create or replace function private.setting_interval(p_name text) returns interval
language plpgsql stable set search_path = ''
as $$
begin
  return (select value * interval '1 millisecond' from private.settings where name = p_name);
end;
$$;

create or replace function private.write_turns(p_judged private.judged_batch[]) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if not exists (
    select from unnest(p_judged) as judged
    where judged.verdict = 'fresh' and judged.batch -> 'turns' <> '[]'
  ) then
    return;
  end if;

  insert into private.turns (session_id, turn_id, message_id, status, user_seq, finished_at, checkpoint)
  select distinct on (judged.session_id, turn ->> 'turnId')
    judged.session_id, (turn ->> 'turnId')::uuid, turn ->> 'messageId', turn ->> 'status',
    (turn ->> 'userSeq')::bigint, case when private.is_final(turn ->> 'status') then clock_timestamp() end,
    turn -> 'checkpoint'
  from unnest(p_judged) as judged,
    jsonb_array_elements(judged.batch -> 'turns') with ordinality as changes (turn, ordinality)
  where judged.verdict = 'fresh'
  order by judged.session_id, turn ->> 'turnId', ordinality desc
  on conflict (session_id, turn_id) do update
    set status = excluded.status,
      message_id = excluded.message_id,
      finished_at = excluded.finished_at,
      checkpoint = excluded.checkpoint
    where not private.is_final(turns.status);

  -- Grace starts at the end of the last turn (K5).
  update private.leases set idle_since = clock_timestamp()
  from unnest(p_judged) as judged
  where leases.session_id = judged.session_id
    and judged.verdict = 'fresh'
    and judged.batch -> 'turns' <> '[]';
end;
$$;

create or replace function private.write_events(p_judged private.judged_batch[]) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if not exists (
    select from unnest(p_judged) as judged
    where judged.verdict = 'fresh'
      and (
        judged.batch -> 'events' <> '[]' or judged.batch -> 'acks' <> '[]'
        or judged.batch ? 'usage' or judged.batch ? 'title'
      )
  ) then
    return;
  end if;

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
end;
$$;

create or replace function private.free_leases(p_judged private.judged_batch[]) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if not exists (
    select from unnest(p_judged) as judged
    where judged.verdict = 'fresh' and judged.batch -> 'release' = 'true'
  ) then
    return;
  end if;

  update private.leases set worker_key = null, expires_at = clock_timestamp()
  from unnest(p_judged) as judged
  where leases.session_id = judged.session_id
    and judged.verdict = 'fresh'
    and judged.batch -> 'release' = 'true';
end;
$$;

create or replace function private.inboxes_of(p_judged private.judged_batch[]) returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_object_agg(waiting.session_id, waiting.inbox), '{}')
    from (
      select
        session_id,
        jsonb_agg(
          jsonb_build_object('command', payload, 'userId', user_id, 'targetTurnId', target_turn_id) order by id
        ) as inbox
      from private.commands
      where acked_at is null and session_id in (select judged.session_id from unnest(p_judged) as judged)
      group by session_id
    ) as waiting
  );
end;
$$;

create or replace function private.outcomes_of(p_judged private.judged_batch[], p_ended jsonb, p_inboxes jsonb)
returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  return (
    select coalesce(
      jsonb_agg(
        jsonb_build_object('sessionId', judged.session_id) || case judged.verdict
          when 'busy' then jsonb_build_object('outcome', 'busy')
          when 'gap' then jsonb_build_object('outcome', 'gap', 'lastSeq', judged.last_seq)
          when 'fenced' then jsonb_build_object(
            'outcome', 'fenced',
            'epoch', coalesce(judged.epoch, 0),
            'rewindTo', coalesce(
              (
                select min(start_seq) - 1 from private.lease_epochs
                where lease_epochs.session_id = judged.session_id
                  and lease_epochs.epoch > (judged.batch ->> 'epoch')::bigint
              ),
              judged.last_seq,
              0
            )
          )
          else jsonb_build_object(
            'outcome', 'ok',
            'lastSeq', (judged.batch ->> 'lastSeq')::bigint,
            'inbox', coalesce(p_inboxes -> judged.session_id::text, '[]')
          ) || jsonb_strip_nulls(jsonb_build_object(
            'endRequested', leases.end_requested,
            'ended', p_ended -> judged.session_id::text,
            'topics', case
              when watches.session_id is not null
                then nullif(private.topics_since(watches, clock_timestamp()), '{}')
            end
          ))
        end
        order by judged.ordinal
      ),
      '[]'
    )
    from unnest(p_judged) as judged
      left join private.leases on leases.session_id = judged.session_id
      left join private.watches on watches.session_id = judged.session_id
  );
end;
$$;

-- How many batches a call has would make a difference to the plan, and none to what is the best one.
alter function private.judge_batches set plan_cache_mode = 'force_generic_plan';
alter function private.renew_leases set plan_cache_mode = 'force_generic_plan';
alter function private.write_turns set plan_cache_mode = 'force_generic_plan';
alter function private.write_chunks set plan_cache_mode = 'force_generic_plan';
alter function private.write_events set plan_cache_mode = 'force_generic_plan';
alter function private.free_leases set plan_cache_mode = 'force_generic_plan';
alter function private.inboxes_of set plan_cache_mode = 'force_generic_plan';
alter function private.outcomes_of set plan_cache_mode = 'force_generic_plan';
alter function private.append_together set plan_cache_mode = 'force_generic_plan';
alter function private.append_events set plan_cache_mode = 'force_generic_plan';
