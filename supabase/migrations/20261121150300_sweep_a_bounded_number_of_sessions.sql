-- A session that changes hands holds a lock until its transaction ends: thousands at once filled the lock table, and
-- the step failed for all of them, every time. The next rounds do the rest.
insert into private.settings (name, value, description) values
  ('sweep_limit', 500, 'How many sessions a step of the sweep takes in one round, oldest first');

create or replace function private.expire_attachments() returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  v_session_id uuid;
  v_gone record;
  v_count integer := 0;
begin
  -- After a restart of Postgres no worker could renew: give them the time they had (K4).
  if clock_timestamp() < private.server_started_at() + private.setting_interval('attachment_ms') then
    return 0;
  end if;
  for v_session_id in
    select leases.session_id
    from private.leases
      join (
        select session_id, min(expires_at) as expired_at from private.attachments
        where expires_at <= clock_timestamp()
        group by session_id
      ) as gone on gone.session_id = leases.session_id
    order by gone.expired_at
    limit private.setting('sweep_limit')
    for no key update of leases skip locked
  loop
    for v_gone in
      delete from private.attachments
      where session_id = v_session_id and expires_at <= clock_timestamp()
      returning connection_id, expires_at
    loop
      v_count := v_count + 1;
      update private.leases set idle_since = greatest(idle_since, v_gone.expires_at)
      where session_id = v_session_id;
      perform private.add_system_event(
        v_session_id, 'disconnected', 'Connection lost with its worker',
        jsonb_build_object('connectionId', v_gone.connection_id, 'closeCode', 1006)
      );
    end loop;
  end loop;
  return v_count;
end;
$$;

create or replace function private.end_abandoned_sessions() returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  v_lease private.leases;
  v_count integer := 0;
begin
  for v_lease in
    select leases.* from private.leases
    where leases.session_id in (select session_id from public.sessions where status = 'active')
      and (
        leases.idle_since + private.setting_interval('grace_ms') <= clock_timestamp()
        or leases.end_requested is not null
      )
      -- An expired one counts until it is detached: only then is it known when grace starts.
      and not exists (select from private.attachments where attachments.session_id = leases.session_id)
      and not exists (
        select from private.turns
        where turns.session_id = leases.session_id and turns.status in ('queued', 'running')
      )
      -- A live leader is asked once.
      and (leases.end_requested is null or not private.is_lease_live(leases))
    order by leases.idle_since
    limit private.setting('sweep_limit')
    for no key update skip locked
  loop
    continue when private.attached_count(v_lease.session_id) > 0
      or private.has_active_turn(v_lease.session_id);
    v_count := v_count + 1;
    perform private.request_end(v_lease, coalesce(v_lease.end_requested, 'abandoned'));
  end loop;
  return v_count;
end;
$$;

create or replace function private.retry_summaries() returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  v_session_id uuid;
  v_job private.summary_jobs;
  v_count integer := 0;
begin
  for v_session_id in
    select sessions.session_id
    from public.sessions
      join (
        select session_id, min(next_attempt_at) as due_at from private.summary_jobs
        where next_attempt_at <= clock_timestamp()
          and (status = 'pending' or (status = 'running' and claimed_until <= clock_timestamp()))
        group by session_id
      ) as due on due.session_id = sessions.session_id
    order by due.due_at
    limit private.setting('sweep_limit')
    for no key update of sessions skip locked
  loop
    for v_job in
      select * from private.summary_jobs
      where session_id = v_session_id
        and next_attempt_at <= clock_timestamp()
        and (status = 'pending' or (status = 'running' and claimed_until <= clock_timestamp()))
    loop
      v_count := v_count + 1;
      if v_job.status = 'running' then
        perform private.retry_or_fail_job(v_job, 'The summarizer did not finish');
      elsif v_job.attempts >= private.setting('summary_attempts') then
        perform private.retry_or_fail_job(
          v_job, coalesce(v_job.last_error, 'The summarize function did not answer')
        );
      else
        perform private.kick_summary_job(v_session_id, v_job.ending_number);
      end if;
    end loop;
  end loop;
  return v_count;
end;
$$;
