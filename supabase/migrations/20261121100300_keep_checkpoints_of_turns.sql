-- Where the provider keeps its answers, a taken-over turn goes on with the one that is paid for.
alter table private.turns add column checkpoint jsonb;
comment on column private.turns.checkpoint is 'The place in the provider''s stored answer up to which its chunks are in the log; null between steps.';

create or replace function private.write_turns(p_judged private.judged_batch[]) returns void
language sql volatile set search_path = ''
as $$
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
$$;

create or replace function private.open_turns(p_session_id uuid) returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'turnId', turn_id, 'messageId', message_id, 'status', status, 'userSeq', user_seq, 'attempts', attempts
      ) || jsonb_strip_nulls(jsonb_build_object('checkpoint', checkpoint))
      order by user_seq, turn_id
    ),
    '[]'
  )
  from private.turns
  where session_id = p_session_id and status in ('queued', 'running', 'waiting');
$$;

create or replace function private.active_turn(p_open_turns jsonb) returns jsonb
language sql immutable set search_path = ''
as $$
  select turn - array['userSeq', 'attempts', 'checkpoint']
  from jsonb_array_elements(p_open_turns) with ordinality as open (turn, ordinality)
  order by array_position(array['running', 'waiting', 'queued'], turn ->> 'status'), ordinality
  limit 1;
$$;
