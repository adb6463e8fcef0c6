-- A cancel without a turn did nothing to an answer that waits for its user, unless the leader itself took the command.
create or replace function private.active_turn_id(p_session_id uuid) returns uuid
language sql stable set search_path = ''
as $$
  select coalesce(
    private.running_turn_id(p_session_id),
    (
      select turn_id from private.turns
      where session_id = p_session_id and status = 'queued'
      order by user_seq
      limit 1
    ),
    (
      select turn_id from private.turns
      where session_id = p_session_id and status = 'waiting'
      order by user_seq desc
      limit 1
    )
  );
$$;
comment on function private.active_turn_id is 'The turn that a turn.cancel without one means.';
