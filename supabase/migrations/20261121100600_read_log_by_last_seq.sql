create or replace function private.log_places(p_session_id uuid, p_after_seq bigint)
returns table (seq bigint, seq_to bigint, event_id bigint, buffer_seq bigint)
language sql stable set search_path = ''
as $$
  select events.seq, events.seq_to, events.id, null::bigint
  from public.session_events as events
  where events.session_id = p_session_id and events.message_id is not null and events.seq_to > p_after_seq
  union all
  select greatest(buffer.seq_from, p_after_seq + 1), buffer.seq_to, null, buffer.seq_from
  from private.stream_buffer as buffer
    join private.turns using (session_id, turn_id)
  where buffer.session_id = p_session_id
    and buffer.seq_to > p_after_seq
    and not private.is_covered(buffer, turns.message_id)
  order by 2, 1 desc;
$$;
comment on function private.log_places is 'Messages beyond a seq, and chunks that no finished message has replaced yet, by their last seq: a reader may stop anywhere and go on after the last seq it got (R3).';

-- `stable` makes all its queries see one snapshot (K8).
create or replace function private.read_session_log(
  p_session_id uuid, p_cursor_epoch bigint, p_cursor_seq bigint, p_after_seq bigint, p_max_bytes integer
) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_lease private.leases;
  v_session public.sessions;
  v_resume jsonb := '{"kind": "replay"}';
  v_after_seq bigint := coalesce(p_after_seq, 0);
  v_max_bytes bigint := coalesce(p_max_bytes, private.setting('read_max_bytes'));
  v_place record;
  v_item jsonb;
  v_items jsonb[] := '{}';
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

  for v_place in select * from private.log_places(p_session_id, v_after_seq) loop
    if v_bytes >= v_max_bytes and v_reached_seq is not null then
      v_next_seq := v_reached_seq;
      exit;
    end if;
    v_item := coalesce(
      private.message_item(v_place.event_id),
      private.chunks_item(p_session_id, v_place.buffer_seq, v_place.seq)
    );
    v_items := array_append(v_items, v_item);
    v_bytes := v_bytes + octet_length(v_item::text);
    v_reached_seq := v_place.seq_to;
  end loop;

  v_open_turns := private.open_turns(p_session_id);
  return jsonb_build_object(
    'epoch', v_lease.epoch,
    'lastSeq', v_lease.last_seq,
    'resume', v_resume,
    'items', to_jsonb(v_items),
    'nextSeq', v_next_seq,
    'activeTurn', private.active_turn(v_open_turns),
    'openTurns', v_open_turns,
    'status', v_session.status,
    'title', v_session.title,
    'ending', case when v_session.status = 'ended' then private.ending_of(v_session) end
  );
end;
$$;
