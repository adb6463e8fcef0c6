-- Realtime asks once, at the join: whoever left the session went on hearing it (K19). They may come back, unlike those
-- the owner removed.
create or replace function private.on_observers_gone() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_caller uuid := (select auth.uid());
  v_session_id uuid;
begin
  insert into private.removed_observers (share_id, user_id)
  select gone.share_id, gone.user_id
  from gone
    join public.session_shares using (share_id)
    join auth.users on users.id = gone.user_id
  where gone.user_id is distinct from v_caller
  on conflict do nothing;

  for v_session_id in select distinct session_id from gone order by session_id loop
    perform private.raise_generation(v_session_id);
  end loop;
  return null;
end;
$$;
