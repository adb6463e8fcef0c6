-- security definer: watchers see nothing of the private schema.
create or replace function public.watch_session(p_session_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_role text := private.watch_role(p_session_id);
  v_until timestamptz := clock_timestamp() + private.setting_interval('watch_ms');
  v_watches private.watches;
  v_lease private.leases;
  v_is_shared boolean;
begin
  if v_role is null then
    raise exception 'Cannot watch session "%": it is not yours and not shared with you', p_session_id
      using errcode = 'insufficient_privilege';
  end if;

  insert into private.watches (session_id, owner_until, observers_until)
  values (
    p_session_id,
    case when v_role = 'owner' then v_until end,
    case when v_role = 'observer' then v_until end
  )
  on conflict (session_id) do update
    set owner_until = coalesce(excluded.owner_until, watches.owner_until),
      observers_until = coalesce(excluded.observers_until, watches.observers_until)
  returning * into v_watches;

  select * into v_lease from private.leases where session_id = p_session_id;
  v_is_shared := exists (
    select from public.session_shares as shares
    where session_id = p_session_id and private.is_share_valid(shares)
  );
  return jsonb_build_object(
    'role', v_role,
    'topic', case v_role
      when 'owner' then private.session_topic(p_session_id)
      else private.observers_topic(p_session_id, v_watches.generation)
    end,
    'watchMs', private.setting('watch_ms'),
    'epoch', v_lease.epoch,
    'lastSeq', private.last_seq_of(v_lease)
  ) || case
    when v_role = 'owner' and v_is_shared then jsonb_build_object(
      'observersTopic', private.observers_topic(p_session_id, v_watches.generation)
    )
    else '{}'
  end;
end;
$$;
