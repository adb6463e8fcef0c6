create function private.is_uuid(p_text text) returns boolean
language sql immutable set search_path = ''
as $$
  select coalesce(p_text ~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$', false);
$$;

create function private.is_text(p_value jsonb, p_max_length integer, p_min_length integer default 0) returns boolean
language sql immutable set search_path = ''
as $$
  select coalesce(
    jsonb_typeof(p_value) = 'string' and char_length(p_value #>> '{}') between p_min_length and p_max_length, false
  );
$$;

create function private.are_input_values(p_values jsonb) returns boolean
language sql immutable set search_path = ''
as $$
  select case when jsonb_typeof(p_values) = 'object' then not exists (
    select from jsonb_each(p_values) as given (name, value)
    where char_length(name) > 200
      or not (jsonb_typeof(value) in ('number', 'boolean') or private.is_text(value, 2000))
  ) else false end;
$$;

create function private.is_command(p_command jsonb) returns boolean
language sql immutable set search_path = ''
as $$
  select jsonb_typeof(p_command) = 'object'
    and private.is_uuid(p_command ->> 'id')
    and case p_command ->> 'type'
      when 'message.create' then
        p_command - array['type', 'id', 'text', 'onBusy'] = '{}'
        and private.is_text(p_command -> 'text', 32000, 1)
        and btrim(p_command ->> 'text', E' \t\r\n') <> ''
        and (not p_command ? 'onBusy' or p_command -> 'onBusy' in ('"queue"', '"interrupt"', '"reject"'))
      when 'turn.cancel' then
        p_command - array['type', 'id', 'turnId'] = '{}'
        and (not p_command ? 'turnId' or private.is_uuid(p_command ->> 'turnId'))
      when 'tool.approve' then
        p_command - array['type', 'id', 'approvalId', 'approved', 'reason'] = '{}'
        and private.is_text(p_command -> 'approvalId', 200, 1)
        and jsonb_typeof(p_command -> 'approved') is not distinct from 'boolean'
        and (not p_command ? 'reason' or private.is_text(p_command -> 'reason', 2000))
      when 'input.provide' then
        p_command - array['type', 'id', 'interruptId', 'values', 'declined'] = '{}'
        and private.is_text(p_command -> 'interruptId', 200, 1)
        and p_command ? 'values' <> p_command ? 'declined'
        and (not p_command ? 'values' or private.are_input_values(p_command -> 'values'))
        and (not p_command ? 'declined' or p_command -> 'declined' = 'true')
      when 'message.regenerate' then
        p_command - array['type', 'id', 'messageId'] = '{}'
        and private.is_text(p_command -> 'messageId', 200, 1)
      when 'session.end' then
        p_command - array['type', 'id'] = '{}'
      else false
    end;
$$;
comment on function private.is_command is 'What commands.ts says of durable commands: the leader trusts what is in its inbox.';

insert into private.settings (name, value, description) values
  ('command_max_bytes', 65536, 'Size of a command that comes without a socket'),
  ('command_limit', 100, 'How many commands of a session may wait for their leader before further ones are refused');

-- security definer: users may not write commands, only send them under these rules.
create function public.send_command(p_session_id uuid, p_command jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_command jsonb := p_command;
  v_lease private.leases;
  v_submitted jsonb;
begin
  perform private.require_owner(p_session_id);
  if octet_length(p_command::text) > private.setting('command_max_bytes')
    or private.is_command(p_command) is not true then
    raise exception 'Cannot send the command: it is malformed or too long' using errcode = 'invalid_parameter_value';
  end if;
  if p_command ->> 'type' = 'message.create' and not p_command ? 'onBusy' then
    v_command := p_command || '{"onBusy": "queue"}';
  end if;
  -- One that waits already may be asked about again.
  if not exists (
    select from private.commands where session_id = p_session_id and command_id = (p_command ->> 'id')::uuid
  ) and (
    select count(*) from private.commands where session_id = p_session_id and acked_at is null
  ) >= private.setting('command_limit') then
    raise exception 'Cannot send the command: too many wait for session "%"', p_session_id
      using errcode = 'program_limit_exceeded';
  end if;

  v_submitted := private.submit_command(p_session_id, (select auth.uid()), v_command);
  select * into v_lease from private.leases where session_id = p_session_id;
  if not (v_submitted ->> 'settled')::boolean and not private.is_lease_live(v_lease) then
    perform private.kick_wake(p_session_id);
  end if;
  return v_submitted;
end;
$$;
comment on function public.send_command is 'Sends a command to one of the caller''s sessions without a socket, and wakes a worker when none leads it (K10, K14).';

revoke execute on function private.is_uuid, private.is_text, private.are_input_values, private.is_command from public;
revoke execute on function public.send_command from public, anon, service_role;
grant execute on function public.send_command to authenticated;
