create function private.resume_of(p_lease private.leases, p_epoch bigint, p_seq bigint) returns jsonb
language sql stable set search_path = ''
as $$
  select case
    when known.epoch is null or p_seq < coalesce(p_lease.pruned_seq, 0) then jsonb_build_object('kind', 'snapshot')
    when p_seq > later.kept_seq then jsonb_build_object('kind', 'rewind', 'rewindTo', later.kept_seq)
    else jsonb_build_object('kind', 'replay')
  end
  from (select) as one
    left join private.lease_epochs as known
      on known.session_id = p_lease.session_id and known.epoch = p_epoch
    cross join lateral (
      select min(start_seq) - 1 as kept_seq from private.lease_epochs
      where session_id = p_lease.session_id and epoch > p_epoch
    ) as later;
$$;
comment on function private.resume_of is 'How a cursor relates to the log: what later epochs began below it was never committed (K3).';

create function private.log_places(p_session_id uuid, p_after_seq bigint)
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
  order by 1, 2 desc;
$$;
comment on function private.log_places is 'Where messages stand beyond a seq, and the chunks that no finished message has replaced yet, in order.';

create function private.message_item(p_event_id bigint) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object('kind', 'message', 'seq', seq, 'seqTo', seq_to, 'message', data -> 'message')
  from public.session_events where id = p_event_id;
$$;

create function private.chunks_item(p_session_id uuid, p_seq_from bigint, p_seq bigint) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'kind', 'chunks',
    'seq', p_seq_from,
    'skip', p_seq - p_seq_from,
    'turnId', buffer.turn_id,
    'messageId', turns.message_id,
    'chunks', buffer.chunks
  )
  from private.stream_buffer as buffer
    join private.turns using (session_id, turn_id)
  where buffer.session_id = p_session_id and buffer.seq_from = p_seq_from;
$$;
comment on function private.chunks_item is 'A row of the buffer, and how many of its chunks are before a seq.';

create function private.open_turns(p_session_id uuid) returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'turnId', turn_id, 'messageId', message_id, 'status', status, 'userSeq', user_seq, 'attempts', attempts
      )
      order by user_seq, turn_id
    ),
    '[]'
  )
  from private.turns
  where session_id = p_session_id and status in ('queued', 'running', 'waiting');
$$;

create function private.active_turn(p_open_turns jsonb) returns jsonb
language sql immutable set search_path = ''
as $$
  select turn - array['userSeq', 'attempts']
  from jsonb_array_elements(p_open_turns) with ordinality as open (turn, ordinality)
  order by array_position(array['running', 'waiting', 'queued'], turn ->> 'status'), ordinality
  limit 1;
$$;

-- `stable` makes all its queries see one snapshot (K8).
create function private.read_session_log(
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
    -- A message may lie within the range of a longer one (R2): a page ends only where nothing is cut in two.
    if v_bytes >= v_max_bytes and v_place.seq > v_reached_seq then
      v_next_seq := v_reached_seq;
      exit;
    end if;
    v_item := coalesce(
      private.message_item(v_place.event_id),
      private.chunks_item(p_session_id, v_place.buffer_seq, v_place.seq)
    );
    v_items := array_append(v_items, v_item);
    v_bytes := v_bytes + octet_length(v_item::text);
    v_reached_seq := greatest(v_reached_seq, v_place.seq_to);
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
comment on function private.read_session_log is 'One page of the log after a cursor or a seq, bounded in bytes, as one snapshot (K3, K8).';

create function public.read_session_log(
  p_session_id uuid,
  p_cursor_epoch bigint default null,
  p_cursor_seq bigint default null,
  p_after_seq bigint default null,
  p_max_bytes integer default null
) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select private.read_session_log(p_session_id, p_cursor_epoch, p_cursor_seq, p_after_seq, p_max_bytes);
$$;

revoke execute on function private.resume_of, private.log_places, private.message_item,
  private.chunks_item, private.open_turns, private.active_turn,
  private.read_session_log from public;
revoke execute on function public.read_session_log from public, anon, authenticated;
grant execute on function public.read_session_log to service_role;
