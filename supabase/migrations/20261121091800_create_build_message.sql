create function private.is_covered(p_chunk_row private.stream_buffer, p_message_id text) returns boolean
language sql stable set search_path = ''
as $$
  select exists (
    select from public.session_events
    where session_id = p_chunk_row.session_id
      and message_id = p_message_id
      and event_type = 'assistant_message'
      and seq <= p_chunk_row.seq_from
      and seq_to >= p_chunk_row.seq_to
  );
$$;
comment on function private.is_covered is 'Whether a finished message has replaced these chunks (K9).';

create function private.collapsed_chunks(p_session_id uuid, p_turn_id uuid, p_after_seq bigint)
returns table (chunk jsonb, delta text)
language sql stable set search_path = ''
as $$
  with numbered as (
    select
      item.chunk,
      item.chunk ->> 'type' as type,
      coalesce(item.chunk ->> 'id', item.chunk ->> 'toolCallId') as part_id,
      coalesce(
        item.chunk ->> 'delta',
        item.chunk ->> 'inputTextDelta',
        (
          select string_agg(deltas.value, '' order by deltas.ordinality)
          from jsonb_array_elements_text(item.chunk -> 'deltas') with ordinality as deltas
        )
      ) as delta,
      row_number() over (order by buffer.seq_from, item.ordinality) as place
    from private.stream_buffer as buffer,
      jsonb_array_elements(buffer.chunks) with ordinality as item (chunk, ordinality)
    where buffer.session_id = p_session_id and buffer.turn_id = p_turn_id and buffer.seq_from > p_after_seq
  ),
  runs as (
    select numbered.*, place - row_number() over (partition by type, part_id order by place) as run
    from numbered
  )
  select (array_agg(runs.chunk order by place))[1], string_agg(runs.delta, '' order by place)
  from runs
  group by type, part_id, run, case when type like '%-delta' then 0 else place end
  order by min(place);
$$;
comment on function private.collapsed_chunks is 'The chunks of a turn with neighbouring deltas of one part joined, so that building a message is cheap.';

create function private.part_index(p_parts jsonb, p_tool_call_id text) returns integer
language sql immutable set search_path = ''
as $$
  select ordinality::integer - 1
  from jsonb_array_elements(p_parts) with ordinality as part (value, ordinality)
  where value ->> 'toolCallId' = p_tool_call_id
  limit 1;
$$;

create function private.without_current_step(p_parts jsonb) returns jsonb
language sql immutable set search_path = ''
as $$
  select coalesce(jsonb_agg(part.value order by part.ordinality), '[]')
  from jsonb_array_elements(p_parts) with ordinality as part (value, ordinality)
  where part.ordinality <= coalesce(
    (
      select max(step.ordinality) from jsonb_array_elements(p_parts) with ordinality as step (value, ordinality)
      where step.value ->> 'type' = 'step-start'
    ),
    0
  );
$$;

create function private.build_message(p_base jsonb, p_session_id uuid, p_turn_id uuid, p_after_seq bigint)
returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_metadata jsonb := coalesce(p_base -> 'metadata', '{}');
  v_parts jsonb := coalesce(p_base -> 'parts', '[]');
  v_open jsonb := '{}';
  v_chunk jsonb;
  v_delta text;
  v_type text;
  v_index integer;
  v_change jsonb;
begin
  for v_chunk, v_delta in
    select chunk, delta from private.collapsed_chunks(p_session_id, p_turn_id, p_after_seq)
  loop
    v_type := v_chunk ->> 'type';
    if v_type in ('start', 'message-metadata', 'finish') then
      v_metadata := v_metadata || coalesce(v_chunk -> 'messageMetadata', '{}');
    elsif v_type = 'start-step' then
      v_parts := v_parts || jsonb_build_array(jsonb_build_object('type', 'step-start'));
      v_open := '{}';
    elsif v_type = 'finish-step' then
      v_open := '{}';
    elsif v_type = 'reset-step' then
      v_parts := private.without_current_step(v_parts);
      v_open := '{}';
    elsif v_type in ('text-start', 'reasoning-start') then
      v_open := v_open || jsonb_build_object(v_chunk ->> 'id', jsonb_array_length(v_parts));
      v_parts := v_parts || jsonb_build_array(
        jsonb_build_object('type', split_part(v_type, '-', 1), 'text', '', 'state', 'streaming')
      );
    elsif v_type in ('text-delta', 'reasoning-delta') then
      v_index := (v_open ->> (v_chunk ->> 'id'))::integer;
      if v_index is not null then
        v_parts := jsonb_set(
          v_parts, array[v_index::text, 'text'], to_jsonb((v_parts -> v_index ->> 'text') || v_delta)
        );
      end if;
    elsif v_type in ('text-end', 'reasoning-end') then
      v_index := (v_open ->> (v_chunk ->> 'id'))::integer;
      if v_index is not null then
        v_parts := jsonb_set(v_parts, array[v_index::text, 'state'], '"done"');
        v_open := v_open - (v_chunk ->> 'id');
      end if;
    elsif v_type in ('abort', 'error') then
      for v_index in select value::integer from jsonb_each_text(v_open) loop
        v_parts := jsonb_set(v_parts, array[v_index::text, 'state'], '"done"');
      end loop;
      v_open := '{}';
    elsif v_type like 'data-%' then
      v_parts := v_parts || jsonb_build_array(v_chunk);
    elsif v_type like 'tool-%' then
      v_parts := private.with_tool_chunk(v_parts, v_chunk, v_delta);
    end if;
  end loop;
  return p_base || jsonb_build_object('metadata', v_metadata, 'parts', v_parts);
end;
$$;
comment on function private.build_message is 'Builds a message from its chunks, as apply-chunk.ts does, for turns that no worker is left to finish.';

create function private.with_tool_chunk(p_parts jsonb, p_chunk jsonb, p_delta text) returns jsonb
language plpgsql immutable set search_path = ''
as $$
declare
  v_type text := p_chunk ->> 'type';
  v_call_id text := p_chunk ->> 'toolCallId';
  v_index integer;
  v_change jsonb;
begin
  if v_type = 'tool-approval-response' then
    select value ->> 'toolCallId' into v_call_id
    from jsonb_array_elements(p_parts)
    where value #>> '{approval,id}' = p_chunk ->> 'approvalId'
    limit 1;
  end if;
  v_index := private.part_index(p_parts, v_call_id);
  if v_index is null and not p_chunk ? 'toolName' then
    return p_parts;
  end if;

  v_change := case v_type
    when 'tool-input-start' then jsonb_build_object('state', 'input-streaming', 'rawInput', '')
    when 'tool-input-delta' then
      jsonb_build_object('rawInput', coalesce(p_parts -> v_index ->> 'rawInput', '') || p_delta)
    when 'tool-input-available' then
      jsonb_build_object('state', 'input-available', 'input', p_chunk -> 'input', 'rawInput', null)
    when 'tool-input-error' then jsonb_build_object(
      'state', 'output-error', 'input', p_chunk -> 'input', 'errorText', p_chunk -> 'errorText', 'rawInput', null
    )
    when 'tool-approval-request' then jsonb_build_object(
      'state', 'approval-requested', 'approval', jsonb_build_object('id', p_chunk -> 'approvalId')
    )
    when 'tool-approval-response' then jsonb_build_object(
      'state', 'approval-responded',
      'approval', jsonb_strip_nulls(jsonb_build_object(
        'id', p_chunk -> 'approvalId', 'approved', p_chunk -> 'approved', 'reason', p_chunk -> 'reason'
      ))
    )
    when 'tool-output-available' then
      jsonb_build_object('state', 'output-available', 'output', p_chunk -> 'output')
    when 'tool-output-error' then
      jsonb_build_object('state', 'output-error', 'errorText', p_chunk -> 'errorText')
    when 'tool-output-denied' then jsonb_build_object('state', 'output-denied')
    else '{}'
  end;
  if v_change -> 'rawInput' = 'null' then
    v_change := v_change - 'rawInput';
    if v_index is not null then
      p_parts := p_parts #- array[v_index::text, 'rawInput'];
    end if;
  end if;

  if v_index is not null then
    return jsonb_set(p_parts, array[v_index::text], (p_parts -> v_index) || v_change);
  end if;
  return p_parts || jsonb_build_array(
    jsonb_build_object(
      'type', 'tool-' || (p_chunk ->> 'toolName'), 'toolCallId', v_call_id, 'state', 'input-streaming'
    ) || v_change
  );
end;
$$;

create function private.message_text(p_message jsonb) returns text
language sql immutable set search_path = ''
as $$
  select coalesce(string_agg(part.value ->> 'text', '' order by part.ordinality), '')
  from jsonb_array_elements(p_message -> 'parts') with ordinality as part (value, ordinality)
  where part.value ->> 'type' = 'text';
$$;

revoke execute on function private.is_covered, private.collapsed_chunks, private.part_index, private.without_current_step,
  private.build_message,
  private.with_tool_chunk, private.message_text from public;
