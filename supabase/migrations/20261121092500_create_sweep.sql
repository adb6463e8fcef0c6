create function private.expire_attachments() returns integer
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
    select session_id from private.leases
    where session_id in (select session_id from private.attachments where expires_at <= clock_timestamp())
    order by session_id
    for no key update skip locked
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
comment on function private.expire_attachments is 'Detaches the connections of workers that died without a word.';

create function private.interrupt_orphaned_turns() returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  v_lease private.leases;
  v_turn_id uuid;
  v_count integer := 0;
begin
  for v_lease in
    select leases.* from private.leases
    where leases.session_id in (select session_id from private.turns where status in ('queued', 'running'))
      and leases.expires_at + private.setting_interval('orphan_ms') <= clock_timestamp()
    order by leases.session_id
    for no key update skip locked
  loop
    continue when private.is_lease_live(v_lease) or private.attached_count(v_lease.session_id) > 0;
    v_lease := private.begin_epoch(v_lease, null);
    for v_turn_id in
      select turn_id from private.turns
      where session_id = v_lease.session_id and status in ('queued', 'running')
      order by user_seq
    loop
      v_count := v_count + 1;
      perform private.stop_turn(v_lease.session_id, v_turn_id, 'interrupted');
    end loop;
    perform private.free_lease(v_lease.session_id);
  end loop;
  return v_count;
end;
$$;
comment on function private.interrupt_orphaned_turns is 'Ends turns whose leader died and that nobody came back for, keeping what they said (R7).';

create function private.end_abandoned_sessions() returns integer
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
      and not exists (
        select from private.attachments
        where attachments.session_id = leases.session_id and attachments.expires_at > clock_timestamp()
      )
      and not exists (
        select from private.turns
        where turns.session_id = leases.session_id and turns.status in ('queued', 'running')
      )
    order by leases.session_id
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
comment on function private.end_abandoned_sessions is 'Ends sessions nobody is attached to once their grace is over (K5).';

create function private.retry_summaries() returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  v_session_id uuid;
  v_job private.summary_jobs;
  v_count integer := 0;
begin
  for v_session_id in
    select session_id from public.sessions
    where session_id in (
      select session_id from private.summary_jobs
      where status in ('pending', 'running') and next_attempt_at <= clock_timestamp()
    )
    order by session_id
    for no key update skip locked
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
comment on function private.retry_summaries is 'Asks again for summaries whose request was lost or failed, a bounded number of times (R8).';

create function private.trim_stream_buffer() returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  v_turn private.turns;
  v_trimmed integer;
  v_count integer := 0;
begin
  for v_turn in
    select * from private.turns
    where not is_trimmed and finished_at + private.setting_interval('buffer_keep_ms') <= clock_timestamp()
    order by finished_at
    limit 1000
    for no key update skip locked
  loop
    delete from private.stream_buffer as buffer
    where buffer.session_id = v_turn.session_id
      and buffer.turn_id = v_turn.turn_id
      and private.is_covered(buffer, v_turn.message_id);
    get diagnostics v_trimmed = row_count;
    v_count := v_count + v_trimmed;
    update private.turns set is_trimmed = true
    where session_id = v_turn.session_id and turn_id = v_turn.turn_id;
  end loop;
  return v_count;
end;
$$;
comment on function private.trim_stream_buffer is 'Drops chunks that a finished message has replaced, once followers have seen the end of their turn (K9).';

create function private.sweep_sessions() returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_step text;
  v_count integer;
  v_counts jsonb := '{}';
begin
  foreach v_step in array array[
    'expire_attachments', 'interrupt_orphaned_turns', 'end_abandoned_sessions', 'retry_summaries', 'trim_stream_buffer'
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
comment on function private.sweep_sessions is 'Finds what was lost or abandoned. One step failing does not stop the others.';

create function private.prune() returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_events_before timestamptz := now() - private.setting_interval('event_keep_ms');
begin
  delete from private.commands where acked_at < now() - private.setting_interval('command_keep_ms');

  delete from private.lease_epochs
  using private.leases
  where leases.session_id = lease_epochs.session_id
    and lease_epochs.epoch < leases.epoch
    and lease_epochs.claimed_at < now() - private.setting_interval('epoch_keep_ms');

  delete from private.order_cancellations where created_at < now() - private.setting_interval('command_keep_ms');

  if v_events_before is not null then
    with pruned as (
      delete from public.session_events where created_at < v_events_before returning session_id, seq_to
    ),
    reached as (
      select session_id, max(seq_to) as seq from pruned where seq_to is not null group by session_id
    )
    update private.leases set pruned_seq = greatest(leases.pruned_seq, reached.seq)
    from reached
    where leases.session_id = reached.session_id;

    delete from private.stream_buffer
    using private.leases
    where leases.session_id = stream_buffer.session_id and stream_buffer.seq_to <= leases.pruned_seq;
    delete from private.turns where is_trimmed and finished_at < v_events_before;
  end if;
end;
$$;
comment on function private.prune is 'Keeps what is only needed for a while, and the log for as long as the settings say.';

revoke execute on function private.expire_attachments, private.interrupt_orphaned_turns,
  private.end_abandoned_sessions, private.retry_summaries, private.trim_stream_buffer, private.sweep_sessions,
  private.prune from public;
