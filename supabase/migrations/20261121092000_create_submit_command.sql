create function private.to_submitted(p_command private.commands, p_duplicate boolean) returns jsonb
language sql immutable set search_path = ''
as $$
  select jsonb_build_object(
    'duplicate', p_duplicate,
    'settled', p_command.acked_at is not null,
    'seq', p_command.seq,
    'refusal', p_command.refusal,
    'targetTurnId', p_command.target_turn_id
  );
$$;

create function private.active_turn_id(p_session_id uuid) returns uuid
language sql stable set search_path = ''
as $$
  select turn_id from private.turns
  where session_id = p_session_id and status in ('queued', 'running')
  order by status = 'running' desc, user_seq
  limit 1;
$$;

create function private.cancel_without_leader(p_command private.commands) returns private.commands
language plpgsql volatile set search_path = ''
as $$
declare
  v_lease private.leases := private.lock_lease(p_command.session_id);
begin
  if private.is_lease_live(v_lease) then
    return p_command;
  end if;
  perform private.begin_epoch(v_lease, null);
  update private.commands
  set acked_at = clock_timestamp(),
    seq = private.stop_turn(p_command.session_id, p_command.target_turn_id, 'cancelled')
  where id = p_command.id
  returning * into p_command;
  perform private.free_lease(p_command.session_id);
  return p_command;
end;
$$;
comment on function private.cancel_without_leader is 'With no live leader to stop, the submission itself fences and ends the turn (K11).';

create function private.submit_command(p_session_id uuid, p_user_id uuid, p_command jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_command private.commands;
begin
  if not exists (select from public.sessions where session_id = p_session_id and user_id = p_user_id) then
    raise exception 'Cannot submit a command to session "%": it is not the user''s', p_session_id
      using errcode = 'insufficient_privilege';
  end if;

  insert into private.commands (session_id, command_id, user_id, payload, target_turn_id)
  values (
    p_session_id, (p_command ->> 'id')::uuid, p_user_id, p_command,
    case when p_command ->> 'type' = 'turn.cancel' then
      coalesce((p_command ->> 'turnId')::uuid, private.active_turn_id(p_session_id))
    end
  )
  on conflict (session_id, command_id) do nothing
  returning * into v_command;
  if not found then
    select * into v_command from private.commands
    where session_id = p_session_id and command_id = (p_command ->> 'id')::uuid;
    return private.to_submitted(v_command, true);
  end if;

  if p_command ->> 'type' = 'turn.cancel' and exists (
    select from private.turns
    where session_id = p_session_id and turn_id = v_command.target_turn_id and status in ('queued', 'running')
  ) then
    v_command := private.cancel_without_leader(v_command);
  end if;
  return private.to_submitted(v_command, false);
end;
$$;
comment on function private.submit_command is 'Records a command once, before it has any effect (K10).';

create function public.submit_command(p_session_id uuid, p_user_id uuid, p_command jsonb) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select private.submit_command(p_session_id, p_user_id, p_command);
$$;

revoke execute on function private.to_submitted, private.active_turn_id, private.cancel_without_leader,
  private.submit_command from public;
revoke execute on function public.submit_command from public, anon, authenticated;
grant execute on function public.submit_command to service_role;
