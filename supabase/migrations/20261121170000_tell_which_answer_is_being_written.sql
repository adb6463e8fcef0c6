-- An answer that goes on after its decision is `running` while it waits in line behind another one: the first of the two was
-- taken for the one that is being written.
create function private.running_turn_id(p_session_id uuid) returns uuid
language plpgsql stable set search_path = ''
as $$
declare
  v_turn_ids uuid[] := array(
    select turn_id from private.turns
    where session_id = p_session_id and status = 'running'
    order by user_seq, turn_id
  );
begin
  if cardinality(v_turn_ids) < 2 then
    return v_turn_ids[1];
  end if;
  return (
    select turns.turn_id
    from private.turns
      cross join lateral (
        -- What a continued answer said before its pause is in its message.
        select coalesce(max(events.seq_to), 0) as seq
        from public.session_events as events
        where events.session_id = p_session_id and events.message_id = turns.message_id
      ) as covered
      left join lateral (
        select buffer.seq_to from private.stream_buffer as buffer
        where buffer.session_id = p_session_id
          and buffer.seq_from > covered.seq
          and buffer.turn_id = turns.turn_id
          and jsonb_path_exists(
            buffer.chunks,
            '$[*] ? (@.type != "start" && @.type != "tool-approval-response" && @.type != "tool-output-denied")'
          )
        order by buffer.seq_from desc
        limit 1
      ) as said on true
      left join lateral (
        select buffer.seq_from from private.stream_buffer as buffer
        where buffer.session_id = p_session_id
          and buffer.seq_from > covered.seq
          and buffer.turn_id = turns.turn_id
        order by buffer.seq_from
        limit 1
      ) as decided on true
    where turns.session_id = p_session_id and turns.status = 'running'
    order by said.seq_to desc nulls last, decided.seq_from, turns.user_seq, turns.turn_id
    limit 1
  );
end;
$$;
comment on function private.running_turn_id is 'Of several running turns the one that spoke last; those that were only decided about stand in line, in the order of their decisions.';

create function private.active_turn(p_session_id uuid, p_open_turns jsonb) returns jsonb
language sql stable set search_path = ''
as $$
  select turn - array['userSeq', 'attempts', 'checkpoint']
  from jsonb_array_elements(p_open_turns) with ordinality as open (turn, ordinality)
  order by
    turn ->> 'turnId' = (select private.running_turn_id(p_session_id))::text desc nulls last,
    array_position(array['running', 'waiting', 'queued'], turn ->> 'status'),
    ordinality
  limit 1;
$$;

create or replace function private.read_session_log(
  p_session_id uuid, p_cursor_epoch bigint, p_cursor_seq bigint, p_after_seq bigint, p_max_bytes integer
) returns json
language plpgsql stable set search_path = ''
as $$
declare
  v_lease private.leases;
  v_session public.sessions;
  v_resume jsonb := '{"kind": "replay"}';
  v_after_seq bigint := coalesce(p_after_seq, 0);
  v_max_bytes bigint := coalesce(p_max_bytes, private.setting('read_max_bytes'));
  v_item record;
  v_items text[] := '{}';
  v_bytes bigint := 0;
  v_next_seq bigint;
  v_reached_seq bigint;
  v_open_turns jsonb;
begin
  select * into v_lease from private.leases where session_id = p_session_id;
  select * into v_session from public.sessions where session_id = p_session_id;
  if v_lease.session_id is null or v_session.session_id is null then
    raise exception 'Cannot read session "%": it does not exist', p_session_id using errcode = 'no_data_found';
  end if;

  if p_cursor_seq is not null then
    v_resume := private.resume_of(v_lease, p_cursor_epoch, p_cursor_seq);
    v_after_seq := case v_resume ->> 'kind'
      when 'replay' then p_cursor_seq
      when 'rewind' then (v_resume ->> 'rewindTo')::bigint
      else 0
    end;
  end if;

  for v_item in select seq, seq_to, item from private.log_items(p_session_id, v_after_seq) loop
    if v_bytes >= v_max_bytes and v_reached_seq is not null then
      v_next_seq := v_reached_seq;
      exit;
    end if;
    v_items := array_append(v_items, v_item.item);
    v_bytes := v_bytes + octet_length(v_item.item);
    v_reached_seq := v_item.seq_to;
  end loop;

  v_open_turns := private.open_turns(p_session_id);
  return json_build_object(
    'epoch', v_lease.epoch,
    'lastSeq', private.last_seq_of(v_lease),
    'resume', v_resume,
    'items', ('[' || array_to_string(v_items, ',') || ']')::json,
    'nextSeq', v_next_seq,
    'activeTurn', private.active_turn(p_session_id, v_open_turns),
    'openTurns', v_open_turns,
    'status', v_session.status,
    'title', v_session.title,
    'ending', case when v_session.status = 'ended' then private.ending_of(v_session) end
  );
end;
$$;

drop function private.active_turn(jsonb);
revoke execute on function private.running_turn_id, private.active_turn from public;
