-- Calls that met counted the same rows, and passed a limit together; one sent again woke a worker each time (K14).
create function private.hold_limit(p_name text, p_session_id uuid) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  -- Two keys are apart from the one of private.session_key. The row of the session would do, but those who append lock
  -- their lease before it, and a cancel takes the lease behind it.
  perform pg_advisory_xact_lock(hashtext(p_name), hashtext(p_session_id::text));
end;
$$;
comment on function private.hold_limit is 'Lets the calls that count the same rows of a session pass one after the other.';

-- security definer: users may not write commands, only send them under these rules.
create or replace function public.send_command(p_session_id uuid, p_command jsonb) returns jsonb
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
  perform private.hold_limit('commands', p_session_id);
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
  -- Sent again, a command asks no sooner than the sweep would.
  if not (v_submitted ->> 'settled')::boolean
    and private.lacks_worker(v_lease)
    and (
      not (v_submitted ->> 'duplicate')::boolean
      or private.is_wake_due(v_lease) and exists (
        select from private.commands
        where session_id = p_session_id
          and command_id = (p_command ->> 'id')::uuid
          and submitted_at + private.setting_interval('wake_after_ms') <= clock_timestamp()
      )
    ) then
    perform private.wake(p_session_id);
  end if;
  return v_submitted;
end;
$$;

revoke execute on function private.hold_limit from public;
