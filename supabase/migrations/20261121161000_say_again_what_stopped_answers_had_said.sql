-- The text of a step that was begun again was lost when its answer was stopped without a worker (K13), and what it asked
-- stayed asked.
create function private.say_again(p_session_id uuid, p_turn_id uuid, p_after_seq bigint) returns jsonb
language sql stable set search_path = ''
as $$
  with told as (
    select told.chunk ->> 'type' as type, told.delta, told.place
    from private.collapsed_chunks(p_session_id, p_turn_id, p_after_seq)
      with ordinality as told (chunk, delta, place)
  ),
  step as (
    select told.*, count(*) filter (where type = 'reset-step') over (order by place) as attempt
    from told
    where place > coalesce((select max(place) from told where type in ('start-step', 'finish-step')), 0)
  ),
  attempts as (
    select
      attempt,
      coalesce(string_agg(delta, '' order by place) filter (where type = 'text-delta'), '') as said,
      bool_or(type in ('tool-input-available', 'tool-input-error')) as has_called
    from step
    group by attempt
  ),
  newest as (
    select * from attempts order by attempt desc limit 1
  ),
  longest as (
    select attempts.said
    from attempts, newest
    where length(attempts.said) > length(newest.said) and not newest.has_called
    order by length(attempts.said) desc, attempts.attempt
    limit 1
  )
  select coalesce(
    (
      select jsonb_build_array(
        jsonb_build_object('type', 'reset-step'),
        jsonb_build_object('type', 'text-start', 'id', 'kept'),
        jsonb_build_object('type', 'text-delta', 'id', 'kept', 'delta', longest.said),
        jsonb_build_object('type', 'text-end', 'id', 'kept')
      )
      from longest
    ),
    '[]'
  );
$$;
comment on function private.say_again is 'What a stopped answer has to say before its end, as say-again.ts does.';

create function private.deny_open_approvals(p_message jsonb, p_reason text) returns jsonb
language sql immutable set search_path = ''
as $$
  select coalesce(jsonb_agg(denial.chunk order by part.place, denial.place), '[]')
  from jsonb_array_elements(p_message -> 'parts') with ordinality as part (value, place)
    cross join lateral (
      values
        (1, jsonb_build_object(
          'type', 'tool-approval-response',
          'approvalId', part.value #> '{approval,id}',
          'approved', false,
          'reason', p_reason
        )),
        (2, jsonb_build_object('type', 'tool-output-denied', 'toolCallId', part.value -> 'toolCallId'))
    ) as denial (place, chunk)
  where part.value ->> 'state' = 'approval-requested';
$$;

revoke execute on function private.say_again, private.deny_open_approvals from public;
