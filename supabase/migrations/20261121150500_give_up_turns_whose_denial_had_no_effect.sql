-- A denial may be refused, or answered by a leader that no longer knows what was asked: the turn then waited for ever.
create function private.denial_id(p_approval_id text) returns uuid
language sql immutable set search_path = ''
as $$
  select case when private.is_uuid(p_approval_id) then p_approval_id::uuid else md5(p_approval_id)::uuid end;
$$;

create or replace function private.expire_waiting_turns() returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  v_turn private.turns;
  v_parts jsonb;
  v_approval_id text;
  v_denial_id uuid;
  v_denial private.commands;
  v_is_deniable boolean;
  v_lease private.leases;
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

    v_is_deniable := false;
    -- The id of what was asked serves as the id of its denial, so that no sweep denies twice.
    for v_approval_id in
      select part #>> '{approval,id}' from jsonb_array_elements(v_parts) as part
      where part ->> 'state' = 'approval-requested'
    loop
      v_denial_id := private.denial_id(v_approval_id);
      v_count := v_count + private.submit_for_nobody(v_turn, jsonb_build_object(
        'type', 'tool.approve', 'id', v_denial_id, 'approvalId', v_approval_id, 'approved', false,
        'reason', 'Nobody decided in time'
      ));
      select * into v_denial from private.commands
      where session_id = v_turn.session_id and command_id = v_denial_id;
      v_is_deniable := v_is_deniable or v_denial.acked_at is null;
      if v_denial.refusal is not null then
        v_is_deniable := false;
        exit;
      end if;
    end loop;
    continue when v_is_deniable;

    v_count := v_count + private.submit_for_nobody(v_turn, jsonb_build_object(
      'type', 'turn.cancel', 'id', v_turn.turn_id, 'turnId', v_turn.turn_id
    ));
    -- No leader knows how to end it: then it ends without one.
    if exists (
      select from private.commands
      where session_id = v_turn.session_id and command_id = v_turn.turn_id and acked_at is not null
    ) then
      v_lease := private.lock_lease(v_turn.session_id);
      continue when private.is_lease_live(v_lease);
      perform private.begin_epoch(v_lease, null);
      perform private.stop_turn(v_turn.session_id, v_turn.turn_id, 'cancelled');
      perform private.free_lease(v_turn.session_id);
    end if;
  end loop;
  return v_count;
end;
$$;

revoke execute on function private.denial_id from public;
