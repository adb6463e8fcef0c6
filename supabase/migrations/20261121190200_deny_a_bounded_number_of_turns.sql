-- One round took on every turn that waited too long, and stopped at the first session that somebody held (K15).
create or replace function private.expire_waiting_turns() returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  v_due record;
  v_turn private.turns;
  v_approval_id text;
  v_denial_id uuid;
  v_denial private.commands;
  v_is_deniable boolean;
  v_lease private.leases;
  v_count integer := 0;
begin
  for v_due in
    select turns as turn, latest.parts
    from private.turns
      join private.leases on leases.session_id = turns.session_id
      cross join lateral (
        select data #> '{message,parts}' as parts, created_at
        from public.session_events
        where session_events.session_id = turns.session_id and session_events.message_id = turns.message_id
        order by seq desc
        limit 1
      ) as latest
    where turns.status = 'waiting'
      and latest.created_at + private.setting_interval('decision_ms') <= clock_timestamp()
      -- What waits for a leader may be the decision; nothing is denied twice meanwhile.
      and not exists (
        select from private.commands where commands.session_id = turns.session_id and commands.acked_at is null
      )
    order by latest.created_at
    limit private.setting('sweep_limit')
    for no key update of leases skip locked
  loop
    v_turn := v_due.turn;
    v_is_deniable := false;
    -- The id of what was asked serves as the id of its denial, so that no sweep denies twice.
    for v_approval_id in
      select part #>> '{approval,id}' from jsonb_array_elements(v_due.parts) as part
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
