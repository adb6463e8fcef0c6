create function private.vault_value(p_name text) returns text
language sql stable set search_path = ''
as $$
  select decrypted_secret from vault.decrypted_secrets where name = p_name;
$$;

create function private.kick_summarize(p_session_id uuid) returns text
language plpgsql volatile set search_path = ''
as $$
declare
  v_url text := private.vault_value('functions_url');
  v_secret text := private.vault_value('summarize_secret');
begin
  if v_url is null or v_secret is null then
    return 'Vault lacks functions_url or summarize_secret';
  end if;
  perform net.http_post(
    url := rtrim(v_url, '/') || '/summarize',
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
comment on function private.kick_summarize is 'Asks the summarize function for a session''s summary, and tells what stood in the way.';

create function private.summary_backoff(p_attempts integer) returns interval
language sql stable set search_path = ''
as $$
  select least(
    private.setting('summary_backoff_ms') * 2 ^ least(greatest(p_attempts - 1, 0), 30),
    private.setting('summary_backoff_max_ms')
  ) * interval '1 millisecond';
$$;

create function private.kick_summary_job(p_session_id uuid, p_ending_number integer) returns void
language sql volatile set search_path = ''
as $$
  update private.summary_jobs
  set attempts = attempts + 1,
    next_attempt_at = clock_timestamp() + private.summary_backoff(attempts + 1),
    last_error = coalesce(private.kick_summarize(p_session_id), last_error)
  where session_id = p_session_id and ending_number = p_ending_number;
$$;

-- security definer: the session may be ended by a role that cannot see jobs.
create function private.on_session_ended() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update private.summary_jobs
  set status = 'failed', last_error = 'Superseded by a later ending', finished_at = clock_timestamp()
  where session_id = new.session_id and status = 'pending';

  insert into private.summary_jobs (session_id, ending_number, end_seq)
  values (new.session_id, new.ending_number, new.end_seq);
  perform private.kick_summary_job(new.session_id, new.ending_number);
  return null;
end;
$$;

create trigger sessions_ended_get_a_summary
  after update of status, ending_number on public.sessions
  for each row
  when (new.status = 'ended' and new.ending_number <> old.ending_number)
  execute function private.on_session_ended();

revoke execute on function private.vault_value, private.kick_summarize, private.summary_backoff,
  private.kick_summary_job, private.on_session_ended from public;
