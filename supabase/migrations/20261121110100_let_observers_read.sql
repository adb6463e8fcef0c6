create function private.is_share_valid(p_share public.session_shares) returns boolean
language sql volatile set search_path = ''
as $$
  select p_share.revoked_at is null
    and (p_share.expires_at is null or p_share.expires_at > clock_timestamp());
$$;

-- security definer: the policies of sessions and of observers would ask each other for ever. Policies call it as the
-- user, who has no way into the schema otherwise.
create function private.observed_session_ids() returns setof uuid
language sql stable rows 10 security definer set search_path = ''
as $$
  select observers.session_id
  from public.session_observers as observers
    join public.session_shares as shares using (share_id)
  where observers.user_id = (select auth.uid()) and private.is_share_valid(shares);
$$;
comment on function private.observed_session_ids is 'What the caller may read of others.';

revoke execute on function private.is_share_valid, private.observed_session_ids from public;
grant execute on function private.observed_session_ids to authenticated;

alter policy "users can read their own sessions" on public.sessions
  using ((select auth.uid()) = user_id or session_id in (select private.observed_session_ids()));
alter policy "users can read their own sessions" on public.sessions
  rename to "users can read their own sessions and those they observe";

alter policy "users can read the events of their own sessions" on public.session_events
  using (
    session_id in (
      select sessions.session_id from public.sessions where sessions.user_id = (select auth.uid())
    )
    or session_id in (select private.observed_session_ids())
  );
alter policy "users can read the events of their own sessions" on public.session_events
  rename to "users can read the events of their own sessions and those they observe";
