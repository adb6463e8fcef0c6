create function private.write_turns(p_judged private.judged_batch[]) returns void
language sql volatile set search_path = ''
as $$
  insert into private.turns (session_id, turn_id, message_id, status, user_seq, finished_at)
  select distinct on (judged.session_id, turn ->> 'turnId')
    judged.session_id, (turn ->> 'turnId')::uuid, turn ->> 'messageId', turn ->> 'status',
    (turn ->> 'userSeq')::bigint, case when private.is_final(turn ->> 'status') then clock_timestamp() end
  from unnest(p_judged) as judged,
    jsonb_array_elements(judged.batch -> 'turns') with ordinality as changes (turn, ordinality)
  where judged.verdict = 'fresh'
  order by judged.session_id, turn ->> 'turnId', ordinality desc
  on conflict (session_id, turn_id) do update
    set status = excluded.status, message_id = excluded.message_id, finished_at = excluded.finished_at
    where not private.is_final(turns.status);

  -- Grace starts at the end of the last turn (K5).
  update private.leases set idle_since = clock_timestamp()
  from unnest(p_judged) as judged
  where leases.session_id = judged.session_id
    and judged.verdict = 'fresh'
    and judged.batch -> 'turns' <> '[]';
$$;

create function private.write_chunks(p_judged private.judged_batch[]) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if exists (
    select from unnest(p_judged) as judged,
      jsonb_array_elements(judged.batch -> 'chunkRuns') as run
    where judged.verdict = 'fresh'
      and (
        not exists (
          select from private.turns
          where turns.session_id = judged.session_id and turns.turn_id = (run ->> 'turnId')::uuid
        )
        or (run ->> 'seqFrom')::bigint < (judged.batch ->> 'seqFrom')::bigint
        or (run ->> 'seqTo')::bigint > (judged.batch ->> 'lastSeq')::bigint
      )
  ) then
    raise exception 'Cannot append chunks: their turn is unknown or their seq is outside the batch'
      using errcode = 'check_violation';
  end if;

  insert into private.stream_buffer (session_id, seq_from, seq_to, turn_id, chunks)
  select
    judged.session_id,
    (run ->> 'seqFrom')::bigint,
    (run ->> 'seqTo')::bigint,
    (run ->> 'turnId')::uuid,
    run -> 'chunks'
  from unnest(p_judged) as judged, jsonb_array_elements(judged.batch -> 'chunkRuns') as run
  where judged.verdict = 'fresh' and run -> 'chunks' <> '[]';
end;
$$;

create function private.write_events(p_judged private.judged_batch[]) returns void
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
  set title = coalesce(nullif(left(written.title, 200), ''), sessions.title),
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
      judged.batch ->> 'title' as title,
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

create function private.close_sessions(p_judged private.judged_batch[]) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_judged private.judged_batch;
  v_session public.sessions;
  v_ended jsonb := '{}';
  v_ending jsonb;
begin
  foreach v_judged in array p_judged loop
    if v_judged.verdict = 'fresh' and v_judged.batch ? 'end' then
      v_ending := private.end_session(
        v_judged.session_id, v_judged.batch #>> '{end,reason}', (v_judged.batch #>> '{end,onlyIfUnattached}')::boolean
      );
    elsif v_judged.verdict = 'repeated' and v_judged.batch ? 'end' then
      select * into v_session from public.sessions where session_id = v_judged.session_id and status = 'ended';
      v_ending := case when found then private.ending_of(v_session) end;
    else
      continue;
    end if;
    if v_ending is not null then
      v_ended := v_ended || jsonb_build_object(v_judged.session_id::text, v_ending);
    end if;
  end loop;
  return v_ended;
end;
$$;

create function private.free_leases(p_judged private.judged_batch[]) returns void
language sql volatile set search_path = ''
as $$
  update private.leases set worker_key = null, expires_at = clock_timestamp()
  from unnest(p_judged) as judged
  where leases.session_id = judged.session_id
    and judged.verdict = 'fresh'
    and judged.batch -> 'release' = 'true';
$$;

revoke execute on function private.write_turns, private.write_chunks, private.write_events, private.close_sessions,
  private.free_leases from public;
