-- Whoever follows a leader by other ways than the log has to know where its epoch began (K18).
create or replace function private.take_lease(p_lease private.leases, p_worker_id text) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_lease private.leases := p_lease;
begin
  if v_lease.worker_key = hashtextextended(p_worker_id, 0) then
    update private.leases
    set expires_at = clock_timestamp() + private.setting_interval('lease_ms')
    where session_id = v_lease.session_id;
  elsif not private.is_lease_live(v_lease) then
    v_lease := private.begin_epoch(v_lease, p_worker_id);
  else
    return jsonb_build_object(
      'role', 'follower',
      'epoch', v_lease.epoch,
      'lastSeq', v_lease.last_seq,
      'expiresInMs', ceil(extract(epoch from private.lease_ends_at(v_lease) - clock_timestamp()) * 1000)::bigint
    );
  end if;
  return jsonb_build_object(
    'role', 'leader',
    'epoch', v_lease.epoch,
    'startSeq', (
      select start_seq from private.lease_epochs
      where session_id = v_lease.session_id and epoch = v_lease.epoch
    ),
    'lastSeq', v_lease.last_seq,
    'leaseMs', private.setting('lease_ms')
  );
end;
$$;
