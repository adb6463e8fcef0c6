-- An answer that was decided about behind another one is `queued` now. At most one turn of a session is `running`, and nothing
-- has to be read in the log to tell which.
create or replace function private.active_turn_id(p_session_id uuid) returns uuid
language sql stable set search_path = ''
as $$
  select turn_id from private.turns
  where session_id = p_session_id and not private.is_final(status)
  order by
    array_position(array['running', 'queued', 'waiting'], status),
    case status when 'waiting' then -user_seq else user_seq end
  limit 1;
$$;
comment on function private.active_turn_id is 'The turn that a session is busy with, which a turn.cancel without one means.';

create or replace function private.active_turn(p_session_id uuid, p_open_turns jsonb) returns jsonb
language sql stable set search_path = ''
as $$
  select turn - array['userSeq', 'attempts', 'checkpoint']
  from jsonb_array_elements(p_open_turns) as turn
  where turn ->> 'turnId' = private.active_turn_id(p_session_id)::text;
$$;

drop function private.running_turn_id;
