-- Realtime takes no more than 256 kB on the smallest plan, everything around the message included.
create function private.broadcast_size_limit() returns integer
language sql immutable set search_path = ''
as $$
  select 200000;
$$;

-- security definer, both: whoever writes may not broadcast.
create function private.on_message_written() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_topics text[] := private.heard_topics(new.session_id);
  v_message jsonb := new.data -> 'message';
  v_epoch bigint;
begin
  if v_topics = '{}' then
    return null;
  end if;
  select epoch into v_epoch from private.leases where session_id = new.session_id;
  perform private.broadcast_all(v_topics, jsonb_build_object(
    'type', 'message',
    'epoch', v_epoch,
    'epochStart', private.epoch_start(new.session_id, v_epoch),
    'seq', new.seq,
    'seqTo', new.seq_to,
    -- Too long to be sent: the watcher reads the log.
    'message', case when octet_length(v_message::text) <= private.broadcast_size_limit() then v_message end
  ));
  return null;
end;
$$;

create trigger messages_are_broadcast
  after insert on public.session_events
  for each row
  when (new.message_id is not null and new.seq is not null)
  execute function private.on_message_written();

create function private.on_epoch_begun() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_topics text[] := private.heard_topics(new.session_id);
begin
  if v_topics <> '{}' then
    perform private.broadcast_all(v_topics, jsonb_build_object(
      'type', 'session.rewound',
      'epoch', new.epoch,
      'epochStart', new.start_seq,
      'rewindTo', new.start_seq - 1
    ));
  end if;
  return null;
end;
$$;

create trigger epochs_are_broadcast
  after insert on private.lease_epochs
  for each row execute function private.on_epoch_begun();

revoke execute on function private.broadcast_size_limit, private.on_message_written,
  private.on_epoch_begun from public;
