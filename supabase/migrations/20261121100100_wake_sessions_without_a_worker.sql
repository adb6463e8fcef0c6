-- SQL cannot run a model: a session with work and no worker is handed to functions/session (K14).
insert into private.settings (name, value, description) values
  ('wake_after_ms', 2000, 'How long a command waits for the worker of some socket before a worker is woken for it');

create function private.kick_wake(p_session_id uuid) returns text
language plpgsql volatile set search_path = ''
as $$
declare
  v_url text := private.vault_value('functions_url');
  v_secret text := private.vault_value('wake_secret');
begin
  if v_url is null or v_secret is null then
    return 'Vault lacks functions_url or wake_secret';
  end if;
  perform net.http_post(
    url := rtrim(v_url, '/') || '/session/wake',
    body := jsonb_build_object('session_id', p_session_id),
    headers := jsonb_build_object('Content-Type', 'application/json', 'x-parley-secret', v_secret),
    timeout_milliseconds := 5000
  );
  return null;
-- A kick is a courtesy: the sweep repeats it, and no user's transaction may fail for it.
exception when others then
  return sqlerrm;
end;
$$;
comment on function private.kick_wake is 'Asks functions/session to take a session over, and tells what stood in the way.';

create function private.wake_lost_sessions() returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  v_session_id uuid;
  v_obstacle text;
  v_count integer := 0;
begin
  for v_session_id in
    select leases.session_id from private.leases
    where leases.session_id in (
        select session_id from private.turns where status in ('queued', 'running')
        union
        select session_id from private.commands
        where acked_at is null
          and submitted_at + private.setting_interval('wake_after_ms') <= clock_timestamp()
      )
      and not private.is_lease_live(leases)
      -- The worker of a socket takes over by itself, and has the token that tools need.
      and private.attached_count(leases.session_id) = 0
    order by leases.expires_at
    limit 100
  loop
    v_obstacle := private.kick_wake(v_session_id);
    if v_obstacle is not null then
      raise warning 'Cannot wake a worker for session "%": %', v_session_id, v_obstacle;
      exit;
    end if;
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;
comment on function private.wake_lost_sessions is 'Finds a worker for answers and commands whose worker died and whose user is away (K14).';

create or replace function private.sweep_sessions() returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_step text;
  v_count integer;
  v_counts jsonb := '{}';
begin
  foreach v_step in array array[
    'expire_attachments', 'wake_lost_sessions', 'interrupt_orphaned_turns', 'end_abandoned_sessions',
    'retry_summaries', 'trim_stream_buffer'
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

revoke execute on function private.kick_wake, private.wake_lost_sessions from public;
