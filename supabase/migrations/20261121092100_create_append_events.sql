create type private.judged_batch as (
  ordinal bigint,
  session_id uuid,
  verdict text,
  batch jsonb,
  epoch bigint,
  last_seq bigint
);
comment on type private.judged_batch is 'A batch, and what its session''s lease says to it; epoch and last_seq are those of the lease.';

create function private.judge_batches(p_worker_id text, p_batches jsonb) returns private.judged_batch[]
language plpgsql volatile set search_path = ''
as $$
declare
  v_locked private.leases[];
begin
  select array_agg(locked) into v_locked
  from (
    select * from private.leases
    where session_id in (select (value ->> 'sessionId')::uuid from jsonb_array_elements(p_batches))
    order by session_id
    for no key update skip locked
  ) as locked;

  return array(
    select row(
      given.ordinal,
      given.session_id,
      case
        when lease.session_id is null
          and not exists (select from private.leases where leases.session_id = given.session_id) then 'fenced'
        when lease.session_id is null or given.occurrence > 1 then 'busy'
        when lease.epoch = (given.batch ->> 'epoch')::bigint
          and lease.last_batch_key = hashtextextended(given.batch ->> 'batchId', 0) then 'repeated'
        when lease.epoch <> (given.batch ->> 'epoch')::bigint
          or lease.worker_key is distinct from hashtextextended(p_worker_id, 0) then 'fenced'
        when (given.batch ->> 'seqFrom')::bigint <> lease.last_seq + 1
          or (given.batch ->> 'lastSeq')::bigint < lease.last_seq then 'gap'
        else 'fresh'
      end,
      given.batch,
      lease.epoch,
      lease.last_seq
    )::private.judged_batch
    from (
      select
        ordinality as ordinal,
        (value ->> 'sessionId')::uuid as session_id,
        value as batch,
        row_number() over (partition by (value ->> 'sessionId')::uuid order by ordinality) as occurrence
      from jsonb_array_elements(p_batches) with ordinality
    ) as given
    left join unnest(v_locked) as lease on lease.session_id = given.session_id
    order by given.ordinal
  );
end;
$$;
comment on function private.judge_batches is 'Locks the leases in session order, skipping those that are locked, and judges each batch by its lease (K6).';

create function private.renew_leases(p_worker_id text, p_judged private.judged_batch[]) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_expires_at timestamptz := clock_timestamp() + private.setting_interval('lease_ms');
  -- A turn with a silent model asks for its inbox every few milliseconds; such a call renews only when it is worth a write.
  v_worth_from timestamptz := clock_timestamp() + private.setting_interval('lease_ms') * 0.95;
begin
  update private.leases
  set last_seq = (judged.batch ->> 'lastSeq')::bigint,
    last_batch_key = hashtextextended(judged.batch ->> 'batchId', 0),
    expires_at = v_expires_at
  from unnest(p_judged) as judged
  where leases.session_id = judged.session_id
    and judged.verdict = 'fresh'
    and (
      leases.expires_at < v_worth_from
      or judged.batch - array['sessionId', 'epoch', 'batchId', 'seqFrom', 'lastSeq']
        <> '{"events": [], "chunkRuns": [], "turns": [], "acks": []}'
    );

  update private.leases
  set expires_at = v_expires_at
  from unnest(p_judged) as judged
  where leases.session_id = judged.session_id
    and judged.verdict = 'repeated'
    and leases.worker_key = hashtextextended(p_worker_id, 0);
end;
$$;

create function private.renew_attachments(p_worker_id text) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_expires_at timestamptz := clock_timestamp() + private.setting_interval('attachment_ms');
  v_worth_from timestamptz := clock_timestamp() + private.setting_interval('attachment_ms') * 0.67;
begin
  update private.attachments
  set expires_at = v_expires_at
  where (session_id, connection_id) in (
    select session_id, connection_id from private.attachments
    where worker_id = p_worker_id and expires_at < v_worth_from
    order by session_id, connection_id
    for update skip locked
  );
end;
$$;

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

create function private.inboxes_of(p_judged private.judged_batch[]) returns jsonb
language sql stable set search_path = ''
as $$
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
  ) as waiting;
$$;

create function private.outcomes_of(p_judged private.judged_batch[], p_ended jsonb, p_inboxes jsonb)
returns jsonb
language sql volatile set search_path = ''
as $$
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
          'endRequested', leases.end_requested, 'ended', p_ended -> judged.session_id::text
        ))
      end
      order by judged.ordinal
    ),
    '[]'
  )
  from unnest(p_judged) as judged
    left join private.leases on leases.session_id = judged.session_id;
$$;

create function private.append_together(p_worker_id text, p_batches jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_judged private.judged_batch[] := private.judge_batches(p_worker_id, p_batches);
  v_ended jsonb;
begin
  perform private.renew_leases(p_worker_id, v_judged);
  perform private.write_turns(v_judged);
  perform private.write_chunks(v_judged);
  perform private.write_events(v_judged);
  v_ended := private.close_sessions(v_judged);
  perform private.free_leases(v_judged);
  return private.outcomes_of(v_judged, v_ended, private.inboxes_of(v_judged));
end;
$$;

create function private.append_alone(p_worker_id text, p_batch jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  return private.append_together(p_worker_id, jsonb_build_array(p_batch)) -> 0;
exception when integrity_constraint_violation or data_exception then
  raise warning 'Cannot append batch "%" to session "%": %', p_batch ->> 'batchId', p_batch ->> 'sessionId', sqlerrm;
  return jsonb_build_object(
    'sessionId', p_batch ->> 'sessionId',
    'outcome', 'gap',
    'lastSeq', coalesce(
      (select last_seq from private.leases where session_id::text = p_batch ->> 'sessionId'), 0
    )
  );
end;
$$;
comment on function private.append_alone is 'A batch that contradicts the log is a gap: its worker has to read the log again.';

create function private.append_events(p_worker_id text, p_batches jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_outcomes jsonb;
begin
  begin
    v_outcomes := private.append_together(p_worker_id, p_batches);
  exception when integrity_constraint_violation or data_exception then
    select jsonb_agg(private.append_alone(p_worker_id, value) order by ordinality) into v_outcomes
    from jsonb_array_elements(p_batches) with ordinality;
  end;
  perform private.renew_attachments(p_worker_id);
  return v_outcomes;
end;
$$;
comment on function private.append_events is 'Commits what the sessions of one worker wrote, each by itself where one of them is wrong (K6), and renews the worker''s attachments.';

create function public.append_events(p_worker_id text, p_batches jsonb) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select private.append_events(p_worker_id, p_batches);
$$;

revoke execute on function private.judge_batches, private.renew_leases, private.renew_attachments,
  private.write_turns, private.write_chunks, private.write_events, private.close_sessions, private.free_leases,
  private.inboxes_of, private.outcomes_of, private.append_together, private.append_alone, private.append_events
  from public;
revoke execute on function public.append_events from public, anon, authenticated;
grant execute on function public.append_events to service_role;
