create function private.inboxes_of(p_judged private.judged_batch[]) returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_object_agg(waiting.session_id, waiting.inbox), '{}')
  from (
    select
      session_id,
      jsonb_agg(
        jsonb_build_object('command', payload, 'userId', user_id, 'targetTurnId', target_turn_id) order by id
      ) as inbox
    from private.commands
    where acked_at is null and session_id in (select judged.session_id from unnest(p_judged) as judged)
    group by session_id
  ) as waiting;
$$;

create function private.outcomes_of(p_judged private.judged_batch[], p_ended jsonb, p_inboxes jsonb)
returns jsonb
language sql volatile set search_path = ''
as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object('sessionId', judged.session_id) || case judged.verdict
        when 'busy' then jsonb_build_object('outcome', 'busy')
        when 'gap' then jsonb_build_object('outcome', 'gap', 'lastSeq', judged.last_seq)
        when 'fenced' then jsonb_build_object(
          'outcome', 'fenced',
          'epoch', coalesce(judged.epoch, 0),
          'rewindTo', coalesce(
            (
              select min(start_seq) - 1 from private.lease_epochs
              where lease_epochs.session_id = judged.session_id
                and lease_epochs.epoch > (judged.batch ->> 'epoch')::bigint
            ),
            judged.last_seq,
            0
          )
        )
        else jsonb_build_object(
          'outcome', 'ok',
          'lastSeq', (judged.batch ->> 'lastSeq')::bigint,
          'inbox', coalesce(p_inboxes -> judged.session_id::text, '[]')
        ) || jsonb_strip_nulls(jsonb_build_object(
          'endRequested', leases.end_requested, 'ended', p_ended -> judged.session_id::text
        ))
      end
      order by judged.ordinal
    ),
    '[]'
  )
  from unnest(p_judged) as judged
    left join private.leases on leases.session_id = judged.session_id;
$$;

create function private.append_together(p_worker_id text, p_batches jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_judged private.judged_batch[] := private.judge_batches(p_worker_id, p_batches);
  v_ended jsonb;
begin
  perform private.renew_leases(p_worker_id, v_judged);
  perform private.write_turns(v_judged);
  perform private.write_chunks(v_judged);
  perform private.write_events(v_judged);
  v_ended := private.close_sessions(v_judged);
  perform private.free_leases(v_judged);
  return private.outcomes_of(v_judged, v_ended, private.inboxes_of(v_judged));
end;
$$;

create function private.append_alone(p_worker_id text, p_batch jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  return private.append_together(p_worker_id, jsonb_build_array(p_batch)) -> 0;
exception when integrity_constraint_violation or data_exception then
  raise warning 'Cannot append batch "%" to session "%": %', p_batch ->> 'batchId', p_batch ->> 'sessionId', sqlerrm;
  return jsonb_build_object(
    'sessionId', p_batch ->> 'sessionId',
    'outcome', 'gap',
    'lastSeq', coalesce(
      (select last_seq from private.leases where session_id::text = p_batch ->> 'sessionId'), 0
    )
  );
end;
$$;
comment on function private.append_alone is 'A batch that contradicts the log is a gap: its worker has to read the log again.';

create function private.append_events(p_worker_id text, p_batches jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_outcomes jsonb;
begin
  begin
    v_outcomes := private.append_together(p_worker_id, p_batches);
  exception when integrity_constraint_violation or data_exception then
    select jsonb_agg(private.append_alone(p_worker_id, value) order by ordinality) into v_outcomes
    from jsonb_array_elements(p_batches) with ordinality;
  end;
  perform private.renew_attachments(p_worker_id);
  return v_outcomes;
end;
$$;
comment on function private.append_events is 'Commits what the sessions of one worker wrote, each by itself where one of them is wrong (K6), and renews the worker''s attachments.';

create function public.append_events(p_worker_id text, p_batches jsonb) returns jsonb
language sql volatile security definer set search_path = ''
as $$
  select private.append_events(p_worker_id, p_batches);
$$;

revoke execute on function private.inboxes_of, private.outcomes_of, private.append_together, private.append_alone,
  private.append_events from public;
revoke execute on function public.append_events from public, anon, authenticated;
grant execute on function public.append_events to service_role;
