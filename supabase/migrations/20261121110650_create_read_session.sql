create function private.epoch_start(p_session_id uuid, p_epoch bigint) returns bigint
language sql stable set search_path = ''
as $$
  select coalesce(
    (select start_seq from private.lease_epochs where session_id = p_session_id and epoch = p_epoch), 1
  );
$$;
comment on function private.epoch_start is 'The first seq of an epoch: whoever hears of a later epoch forgets everything from there (K18).';
revoke execute on function private.epoch_start from public;

-- security definer: readers see nothing of the private schema. `stable` makes all its queries see one snapshot (K8).
create function public.read_session(
  p_session_id uuid,
  p_cursor_epoch bigint default null,
  p_cursor_seq bigint default null,
  p_after_seq bigint default null,
  p_max_bytes integer default null
) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_role text := private.watch_role(p_session_id);
  v_page jsonb;
begin
  if v_role is null then
    raise exception 'Cannot read session "%": it is not yours and not shared with you', p_session_id
      using errcode = 'insufficient_privilege';
  end if;
  v_page := private.read_session_log(
    p_session_id, p_cursor_epoch, p_cursor_seq, p_after_seq,
    -- A user may ask for less, not for more.
    least(p_max_bytes, private.setting('read_max_bytes'))::integer
  );
  return v_page || jsonb_build_object(
    -- Where the provider keeps an answer is the server's business.
    'openTurns', (
      select coalesce(jsonb_agg(turn - 'checkpoint' order by ordinality), '[]')
      from jsonb_array_elements(v_page -> 'openTurns') with ordinality as open (turn, ordinality)
    ),
    'epochStart', private.epoch_start(p_session_id, (v_page ->> 'epoch')::bigint),
    'role', v_role
  );
end;
$$;
comment on function public.read_session is 'One page of the log for its owner or an observer, as read_session_log gives it to the server, with the start of its epoch (K18).';

revoke execute on function public.read_session from public, anon, service_role;
grant execute on function public.read_session to authenticated;
