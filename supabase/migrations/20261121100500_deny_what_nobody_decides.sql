-- A waiting turn holds nothing, but what was asked must not be allowed by a click on a page that was left open for weeks (K15).
insert into private.settings (name, value, description) values
  ('decision_ms', 86400000, 'How long a turn waits for its user before it is denied what it asked for');

create function private.submit_for_nobody(p_turn private.turns, p_command jsonb) returns integer
language sql volatile set search_path = ''
as $$
  with submitted as (
    insert into private.commands (session_id, command_id, user_id, payload, target_turn_id)
    select sessions.session_id, (p_command ->> 'id')::uuid, sessions.user_id, p_command, p_turn.turn_id
    from public.sessions where session_id = p_turn.session_id
    on conflict (session_id, command_id) do nothing
    returning 1
  )
  select count(*)::integer from submitted;
$$;
comment on function private.submit_for_nobody is 'Puts a command into the inbox in the user''s place; the leader that is woken for it applies it.';

create function private.expire_waiting_turns() returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  v_turn private.turns;
  v_parts jsonb;
  v_approval_id text;
  v_has_asked boolean;
  v_count integer := 0;
begin
  for v_turn in select * from private.turns where status = 'waiting' order by session_id, user_seq loop
    select data #> '{message,parts}' into v_parts
    from public.session_events
    where session_id = v_turn.session_id
      and message_id = v_turn.message_id
      and created_at + private.setting_interval('decision_ms') <= clock_timestamp()
      and seq = (
        select max(latest.seq) from public.session_events as latest
        where latest.session_id = v_turn.session_id and latest.message_id = v_turn.message_id
      );
    continue when not found;

    v_has_asked := false;
    -- The id of what was asked serves as the id of its denial, so that no sweep denies twice.
    for v_approval_id in
      select part #>> '{approval,id}' from jsonb_array_elements(v_parts) as part
      where part ->> 'state' = 'approval-requested'
    loop
      v_has_asked := true;
      v_count := v_count + private.submit_for_nobody(v_turn, jsonb_build_object(
        'type', 'tool.approve', 'id', v_approval_id, 'approvalId', v_approval_id, 'approved', false,
        'reason', 'Nobody decided in time'
      ));
    end loop;
    if not v_has_asked then
      v_count := v_count + private.submit_for_nobody(v_turn, jsonb_build_object(
        'type', 'turn.cancel', 'id', v_turn.turn_id, 'turnId', v_turn.turn_id
      ));
    end if;
  end loop;
  return v_count;
end;
$$;
comment on function private.expire_waiting_turns is 'Denies approvals that nobody decided about, and gives up turns whose user does not come back (K15).';

create index turns_waiting_idx on private.turns (session_id, user_seq) where status = 'waiting';

create or replace function private.sweep_sessions() returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_step text;
  v_count integer;
  v_counts jsonb := '{}';
begin
  foreach v_step in array array[
    'expire_attachments', 'expire_waiting_turns', 'wake_lost_sessions', 'interrupt_orphaned_turns',
    'end_abandoned_sessions', 'retry_summaries', 'trim_stream_buffer'
  ] loop
    begin
      execute pg_catalog.format('select private.%I()', v_step) into v_count;
      v_counts := v_counts || jsonb_build_object(v_step, v_count);
    exception when others then
      raise warning 'Cannot finish step "%" of the sweep: %', v_step, sqlerrm;
    end;
  end loop;
  return v_counts;
end;
$$;

revoke execute on function private.submit_for_nobody, private.expire_waiting_turns from public;
