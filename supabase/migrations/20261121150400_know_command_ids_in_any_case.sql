-- The column compares uuids, the leader compares texts: one id in two spellings was applied twice (R5, K10).
create or replace function private.submit_command(p_session_id uuid, p_user_id uuid, p_command jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_payload jsonb := p_command || jsonb_build_object('id', lower(p_command ->> 'id'));
  v_command private.commands;
begin
  if not exists (select from public.sessions where session_id = p_session_id and user_id = p_user_id) then
    raise exception 'Cannot submit a command to session "%": it is not the user''s', p_session_id
      using errcode = 'insufficient_privilege';
  end if;

  insert into private.commands (session_id, command_id, user_id, payload, target_turn_id)
  values (
    p_session_id, (v_payload ->> 'id')::uuid, p_user_id, v_payload,
    case when p_command ->> 'type' = 'turn.cancel' then
      coalesce((p_command ->> 'turnId')::uuid, private.active_turn_id(p_session_id))
    end
  )
  on conflict (session_id, command_id) do nothing
  returning * into v_command;
  if not found then
    select * into v_command from private.commands
    where session_id = p_session_id and command_id = (v_payload ->> 'id')::uuid;
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
