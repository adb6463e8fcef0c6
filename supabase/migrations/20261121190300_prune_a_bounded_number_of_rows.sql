-- Retention that had just been set held the leases of all sessions until the last old event was gone.
insert into private.settings (name, value, description) values
  ('prune_limit', 20000, 'How many rows of a table one round of pruning takes, oldest first');

create or replace function private.prune() returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_limit bigint := private.setting('prune_limit');
  v_events_before timestamptz := now() - private.setting_interval('event_keep_ms');
  v_session_ids uuid[];
begin
  delete from private.commands
  where id in (
    select id from private.commands
    where acked_at < now() - private.setting_interval('command_keep_ms')
    order by acked_at
    limit v_limit
  );

  delete from private.lease_epochs
  where (session_id, epoch) in (
    select past.session_id, past.epoch
    from private.lease_epochs as past join private.leases on leases.session_id = past.session_id
    where past.epoch < leases.epoch and past.claimed_at < now() - private.setting_interval('epoch_keep_ms')
    order by past.claimed_at
    limit v_limit
  );

  delete from private.order_cancellations
  where (owner, call_key) in (
    select owner, call_key from private.order_cancellations
    where created_at < now() - private.setting_interval('command_keep_ms')
    order by created_at
    limit v_limit
  );

  delete from private.stream_buffer
  where (session_id, seq_from) in (
    select orphans.session_id, orphans.seq_from from private.stream_buffer as orphans
    where not exists (select from public.sessions where sessions.session_id = orphans.session_id)
    limit v_limit
  );

  if v_events_before is not null then
    with oldest as (
      select id, session_id from public.session_events
      where created_at < v_events_before
      order by created_at
      limit v_limit
    ),
    held as (
      select session_id from private.leases
      where session_id in (select session_id from oldest)
      for no key update skip locked
    ),
    pruned as (
      delete from public.session_events
      where id in (select oldest.id from oldest join held using (session_id))
      returning session_id, seq_to
    ),
    reached as (
      select session_id, max(seq_to) as seq from pruned group by session_id
    ),
    moved as (
      update private.leases set pruned_seq = greatest(leases.pruned_seq, reached.seq)
      from reached
      where leases.session_id = reached.session_id and reached.seq is not null
    )
    select array_agg(session_id) into v_session_ids from reached;

    delete from private.stream_buffer
    using private.leases
    where leases.session_id = any (v_session_ids)
      and stream_buffer.session_id = leases.session_id
      and stream_buffer.seq_to <= leases.pruned_seq;
    delete from private.turns
    where session_id = any (v_session_ids) and is_trimmed and finished_at < v_events_before;
  end if;
end;
$$;
