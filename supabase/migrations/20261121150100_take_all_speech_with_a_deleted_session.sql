-- Speech takes no row that a deletion waits for: what was appended meanwhile stayed in the buffer, and a later session
-- with the same id began behind it.
create or replace function private.on_session_deleted() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- The leases are gone by now, the row first: whoever appends from here on is busy, and then fenced.
  perform private.hold_session(old.session_id);
  delete from private.stream_buffer where session_id = old.session_id;
  return null;
end;
$$;

create or replace function private.create_session(p_session_id uuid, p_user_id uuid) returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  insert into public.sessions (session_id, user_id) values (p_session_id, p_user_id) on conflict do nothing;
  if not found then
    return false;
  end if;
  insert into private.leases (session_id) values (p_session_id);
  delete from private.stream_buffer where session_id = p_session_id;
  perform private.give_sample_rows(p_user_id);
  return true;
exception when foreign_key_violation then
  -- The token outlived its user.
  return false;
end;
$$;

create or replace function private.prune() returns void
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

  delete from private.stream_buffer
  where not exists (select from public.sessions where sessions.session_id = stream_buffer.session_id);

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
