create function private.set_summary_status(p_job private.summary_jobs, p_status text) returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  update public.sessions
  set summary_status = p_status,
    summary = case when p_status = 'done' then p_job.summary else summary end
  where session_id = p_job.session_id and ending_number = p_job.ending_number;
  return found;
end;
$$;
comment on function private.set_summary_status is 'Changes a session only while the job''s ending is the current one (K17).';

create function private.messages_until(p_session_id uuid, p_end_seq bigint) returns jsonb
language sql stable set search_path = ''
as $$
  with latest as (
    select distinct on (message_id) seq, data -> 'message' as message
    from public.session_events
    where session_id = p_session_id and message_id is not null and seq_to <= p_end_seq
    order by message_id, seq desc
  )
  select coalesce(jsonb_agg(message order by seq), '[]')
  from (select * from latest order by seq desc limit 500) as recent;
$$;

create function private.claim_summary_job(p_session_id uuid) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_job private.summary_jobs;
begin
  -- The session before its jobs, as everywhere: one order of locks, no deadlock.
  perform from public.sessions where session_id = p_session_id for no key update;
  update private.summary_jobs
  set status = 'running',
    claim_token = gen_random_uuid(),
    claimed_until = clock_timestamp() + private.setting_interval('summary_claim_ms'),
    attempts = greatest(attempts, 1)
  where (session_id, ending_number) = (
    select session_id, ending_number from private.summary_jobs
    where session_id = p_session_id
      and (
        (status = 'pending' and not_before <= clock_timestamp())
        or (status = 'running' and claimed_until <= clock_timestamp())
      )
    order by ending_number desc
    limit 1
  )
  returning * into v_job;
  if not found then
    return null;
  end if;
  perform private.set_summary_status(v_job, 'running');
  return jsonb_build_object(
    'sessionId', v_job.session_id,
    'endingNumber', v_job.ending_number,
    'claimToken', v_job.claim_token,
    'attempt', v_job.attempts,
    'messages', private.messages_until(v_job.session_id, v_job.end_seq)
  );
end;
$$;

create function private.finish_summary_job(
  p_session_id uuid, p_ending_number integer, p_claim_token uuid, p_summary text
) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_job private.summary_jobs;
  v_stored boolean;
begin
  perform from public.sessions where session_id = p_session_id for no key update;
  update private.summary_jobs
  set status = 'done', summary = p_summary, finished_at = clock_timestamp(), last_error = null
  where session_id = p_session_id
    and ending_number = p_ending_number
    and status = 'running'
    and claim_token = p_claim_token
  returning * into v_job;
  if not found then
    return jsonb_build_object('stored', false);
  end if;
  v_stored := private.set_summary_status(v_job, 'done');
  if v_stored then
    perform private.add_system_event(
      p_session_id, 'summarised', 'Summary written', jsonb_build_object('endingNumber', p_ending_number)
    );
  end if;
  return jsonb_build_object('stored', v_stored);
end;
$$;

create function private.retry_or_fail_job(p_job private.summary_jobs, p_reason text) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_is_last boolean := p_job.attempts >= private.setting('summary_attempts');
  v_retry_at timestamptz := clock_timestamp() + private.summary_backoff(p_job.attempts);
begin
  update private.summary_jobs
  set status = case when v_is_last then 'failed' else 'pending' end,
    claim_token = null,
    claimed_until = null,
    not_before = v_retry_at,
    next_attempt_at = v_retry_at,
    last_error = left(p_reason, 500),
    finished_at = case when v_is_last then clock_timestamp() end
  where session_id = p_job.session_id and ending_number = p_job.ending_number;
  perform private.set_summary_status(p_job, case when v_is_last then 'failed' else 'pending' end);
  if v_is_last then
    perform private.add_system_event(
      p_job.session_id, 'summary_failed', 'The summary could not be written',
      jsonb_build_object('endingNumber', p_job.ending_number)
    );
  end if;
end;
$$;

create function private.fail_summary_job(
  p_session_id uuid, p_ending_number integer, p_claim_token uuid, p_reason text
) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_job private.summary_jobs;
begin
  perform from public.sessions where session_id = p_session_id for no key update;
  select * into v_job from private.summary_jobs
  where session_id = p_session_id
    and ending_number = p_ending_number
    and status = 'running'
    and claim_token = p_claim_token;
  if found then
    perform private.retry_or_fail_job(v_job, p_reason);
  end if;
end;
$$;

create function public.claim_summary_job(p_session_id uuid) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select private.claim_summary_job(p_session_id);
$$;

create function public.finish_summary_job(
  p_session_id uuid, p_ending_number integer, p_claim_token uuid, p_summary text
) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select private.finish_summary_job(p_session_id, p_ending_number, p_claim_token, p_summary);
$$;

create function public.fail_summary_job(
  p_session_id uuid, p_ending_number integer, p_claim_token uuid, p_reason text
) returns void
language sql volatile security definer set search_path = ''
as $$
  select private.fail_summary_job(p_session_id, p_ending_number, p_claim_token, p_reason);
$$;

revoke execute on function private.set_summary_status, private.messages_until, private.claim_summary_job,
  private.finish_summary_job, private.retry_or_fail_job, private.fail_summary_job from public;
revoke execute on function public.claim_summary_job, public.finish_summary_job, public.fail_summary_job
  from public, anon, authenticated;
grant execute on function public.claim_summary_job, public.finish_summary_job, public.fail_summary_job
  to service_role;
