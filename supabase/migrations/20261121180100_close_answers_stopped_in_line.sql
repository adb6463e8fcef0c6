-- A question that was cancelled before its answer began had none: whoever reads the log waited for one for ever. And a call
-- that was approved while its answer waited in line has not begun: "it may have been carried out" would be untrue.
create function private.close_unrun_calls(p_message jsonb, p_reason text) returns jsonb
language sql immutable set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'type', 'tool-output-error',
    'toolCallId', part.value -> 'toolCallId',
    'errorText', 'Not run. ' || p_reason
  ) order by part.place), '[]')
  from jsonb_array_elements(p_message -> 'parts') with ordinality as part (value, place)
  where part.value ->> 'type' like 'tool-%' and part.value ->> 'state' in ('input-available', 'approval-responded');
$$;

revoke execute on function private.close_unrun_calls from public;

create or replace function private.stop_turn(p_session_id uuid, p_turn_id uuid, p_status text) returns bigint
language plpgsql volatile set search_path = ''
as $$
declare
  v_turn private.turns;
  v_last_seq bigint;
  v_covered_seq bigint;
  v_seq_from bigint;
  v_known jsonb;
  v_base jsonb;
  v_closing jsonb;
  v_message jsonb;
  v_reason constant text := case when p_status = 'interrupted' then 'The answer was interrupted' else 'Cancelled' end;
begin
  select * into v_turn from private.turns
  where session_id = p_session_id and turn_id = p_turn_id and not private.is_final(status);
  if v_turn.turn_id is null then
    return null;
  end if;
  select last_seq into v_last_seq from private.leases where session_id = p_session_id;
  update private.turns set status = p_status, finished_at = clock_timestamp()
  where session_id = p_session_id and turn_id = p_turn_id;
  update private.leases set idle_since = clock_timestamp() where session_id = p_session_id;

  -- A continued answer starts from what it said before its pause.
  select data -> 'message', seq_to into v_known, v_covered_seq
  from public.session_events
  where session_id = p_session_id and message_id = v_turn.message_id
  order by seq desc limit 1;
  v_covered_seq := coalesce(v_covered_seq, 0);
  select min(seq_from) into v_seq_from from private.stream_buffer
  where session_id = p_session_id and turn_id = p_turn_id and seq_from > v_covered_seq;
  v_base := coalesce(
    v_known, jsonb_build_object('id', v_turn.message_id, 'role', 'assistant', 'parts', '[]'::jsonb)
  );
  v_message := private.build_message(v_base, p_session_id, p_turn_id, v_covered_seq);
  v_closing := private.say_again(p_session_id, p_turn_id, v_covered_seq)
    || private.deny_open_approvals(v_message, v_reason)
    || case when v_turn.status = 'queued' then private.close_unrun_calls(v_message, v_reason) else '[]' end
    || jsonb_build_array(
      jsonb_build_object('type', 'message-metadata', 'messageMetadata', jsonb_strip_nulls(jsonb_build_object(
        'turnId', p_turn_id,
        'status', p_status,
        'errorCode', case when p_status = 'interrupted' then 'turn_interrupted' end
      ))),
      jsonb_build_object('type', 'abort', 'reason', p_status)
    );
  if v_seq_from is null then
    v_closing := jsonb_build_array(jsonb_build_object(
      'type', 'start',
      'messageId', v_turn.message_id,
      'messageMetadata', private.start_metadata(v_turn) || coalesce(v_known -> 'metadata', '{}')
    )) || v_closing;
    v_seq_from := v_last_seq + 1;
  end if;
  insert into private.stream_buffer (session_id, seq_from, seq_to, turn_id, chunks)
  values (p_session_id, v_last_seq + 1, v_last_seq + jsonb_array_length(v_closing), p_turn_id, v_closing);
  v_last_seq := v_last_seq + jsonb_array_length(v_closing);
  update private.leases set last_seq = v_last_seq where session_id = p_session_id;

  v_message := private.build_message(v_base, p_session_id, p_turn_id, v_covered_seq);
  insert into public.session_events (session_id, seq, seq_to, event_type, role, content, data)
  values (
    p_session_id, v_seq_from, v_last_seq, 'assistant_message', 'assistant', private.message_text(v_message),
    jsonb_build_object('message', v_message, 'turnId', p_turn_id)
  );
  update public.sessions set message_count = message_count + 1, last_activity_at = clock_timestamp()
  where session_id = p_session_id;
  return v_last_seq;
end;
$$;
