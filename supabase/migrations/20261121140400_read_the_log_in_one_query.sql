create function private.log_items(p_session_id uuid, p_after_seq bigint)
returns table (seq bigint, seq_to bigint, item text)
language plpgsql stable set search_path = ''
as $$
begin
  return query
  select
    places.seq,
    places.seq_to,
    case
      when places.message is not null then json_build_object(
        'kind', 'message', 'seq', places.seq, 'seqTo', places.seq_to, 'message', places.message
      )::text
      else format(
        '{"kind":"chunks","seq":%s,"skip":%s,"turnId":"%s","messageId":%s,"chunks":%s}',
        places.seq_from, places.seq - places.seq_from, places.turn_id, to_json(places.message_id), places.chunks
      )
    end
  from (
    select
      events.seq,
      events.seq_to,
      events.data -> 'message' as message,
      null::bigint as seq_from,
      null::uuid as turn_id,
      null::text as message_id,
      null::jsonb as chunks
    from public.session_events as events
    where events.session_id = p_session_id and events.message_id is not null and events.seq_to > p_after_seq
    union all
    select
      greatest(buffer.seq_from, p_after_seq + 1),
      buffer.seq_to,
      null,
      buffer.seq_from,
      buffer.turn_id,
      turns.message_id,
      buffer.chunks
    from private.stream_buffer as buffer
      join private.turns using (session_id, turn_id)
    where buffer.session_id = p_session_id
      and buffer.seq_to > p_after_seq
      and not exists (
        select from public.session_events as events
        where events.session_id = buffer.session_id
          and events.message_id = turns.message_id
          and events.event_type = 'assistant_message'
          and events.seq <= buffer.seq_from
          and events.seq_to >= buffer.seq_to
      )
    order by 2, 1 desc
  ) as places;
end;
$$;
comment on function private.log_items is 'Messages beyond a seq, and chunks that no finished message has replaced yet (K9), by their last seq: a reader may stop anywhere and go on after the last seq it got (R3). Chunks may begin before the seq.';

-- As `json`: what was composed as text is not taken apart and put together again on its way out.
drop function public.read_session_log;
drop function private.read_session_log;

create function private.read_session_log(
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
    'activeTurn', private.active_turn(v_open_turns),
    'openTurns', v_open_turns,
    'status', v_session.status,
    'title', v_session.title,
    'ending', case when v_session.status = 'ended' then private.ending_of(v_session) end
  );
end;
$$;

comment on function private.read_session_log is 'One page of the log after a cursor or a seq, bounded in bytes, as one snapshot (K3, K8).';

create function public.read_session_log(
  p_session_id uuid,
  p_cursor_epoch bigint default null,
  p_cursor_seq bigint default null,
  p_after_seq bigint default null,
  p_max_bytes integer default null
) returns json
language sql stable security definer set search_path = ''
as $$
  select private.read_session_log(p_session_id, p_cursor_epoch, p_cursor_seq, p_after_seq, p_max_bytes);
$$;

drop function private.log_places;
drop function private.message_item;
drop function private.chunks_item;
revoke execute on function private.log_items, private.read_session_log from public;
revoke execute on function public.read_session_log from public, anon, authenticated;
grant execute on function public.read_session_log to service_role;
