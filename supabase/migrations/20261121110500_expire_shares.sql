create function private.expire_shares() returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  v_share public.session_shares;
  v_count integer := 0;
begin
  for v_share in
    select * from public.session_shares
    where revoked_at is null and expires_at <= clock_timestamp()
    order by share_id
    for update skip locked
  loop
    v_count := v_count + 1;
    perform private.revoke_share(v_share, v_share.expires_at);
  end loop;
  return v_count;
end;
$$;
comment on function private.expire_shares is 'Silences the topic of those whose invitation ran out; reading ends for them on time without it.';

revoke execute on function private.expire_shares from public;

select cron.schedule('parley-expire-shares', '* * * * *', 'select private.expire_shares()');
