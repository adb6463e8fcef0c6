create function private.require_owner(p_session_id uuid) returns void
language plpgsql stable set search_path = ''
as $$
begin
  if private.watch_role(p_session_id) is distinct from 'owner' then
    raise exception 'Cannot use session "%": it is not yours', p_session_id using errcode = 'insufficient_privilege';
  end if;
end;
$$;
comment on function private.require_owner is 'Refuses a session of somebody else in the same words as one that does not exist (R10).';

create function private.raise_generation(p_session_id uuid) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_generation integer;
begin
  -- A session that is being deleted takes its observers along, and has no topics left to silence.
  insert into private.watches (session_id, generation)
  select session_id, 2 from public.sessions where session_id = p_session_id
  on conflict (session_id) do update set generation = watches.generation + 1, observers_until = null
  returning generation into v_generation;
  if found then
    perform private.broadcast(
      private.observers_topic(p_session_id, v_generation - 1),
      'share.revoked',
      jsonb_build_object('type', 'share.revoked', 'generation', v_generation)
    );
  end if;
end;
$$;
comment on function private.raise_generation is 'Moves the observers of a session to a new topic, which only those still invited may join (K19).';

create function private.revoke_share(p_share public.session_shares, p_time timestamptz) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  update public.session_shares set revoked_at = p_time where share_id = p_share.share_id;
  delete from public.session_observers where share_id = p_share.share_id;
  if not found then
    -- Somebody who left may still listen: Realtime remembers them.
    perform private.raise_generation(p_share.session_id);
  end if;
end;
$$;

-- security definer: the owner who removes an observer sees nothing of the private schema.
create function private.on_observers_gone() returns trigger
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

  for v_session_id in select distinct session_id from gone where user_id is distinct from v_caller loop
    perform private.raise_generation(v_session_id);
  end loop;
  return null;
end;
$$;

create trigger observers_removed_hear_no_more
  after delete on public.session_observers
  referencing old table as gone
  for each statement execute function private.on_observers_gone();

insert into private.settings (name, value, description) values
  ('share_limit', 50, 'How many shares of a session may be open at a time');

-- security definer, here and below: users may not write shares and observers, only ask for them under these rules.
create function public.create_share(
  p_session_id uuid, p_label text default null, p_expires_at timestamptz default null
) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_code text := translate(rtrim(encode(extensions.gen_random_bytes(32), 'base64'), '='), '+/', '-_');
  v_share_id uuid;
begin
  perform private.require_owner(p_session_id);
  if (
    select count(*) from public.session_shares as shares
    where session_id = p_session_id and private.is_share_valid(shares)
  ) >= private.setting('share_limit') then
    raise exception 'Cannot share session "%": it has too many open shares; revoke one first', p_session_id
      using errcode = 'program_limit_exceeded';
  end if;

  insert into public.session_shares (session_id, label, expires_at)
  values (p_session_id, nullif(btrim(p_label), ''), p_expires_at)
  returning share_id into v_share_id;
  insert into private.share_codes (share_id, code_hash) values (v_share_id, sha256(convert_to(v_code, 'utf8')));
  return jsonb_build_object('shareId', v_share_id, 'code', v_code);
end;
$$;
comment on function public.create_share is 'Invites to one of the caller''s sessions. The code is told here and never again.';

create function public.revoke_share(p_share_id uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_share public.session_shares;
begin
  select shares.* into v_share
  from public.session_shares as shares
    join public.sessions using (session_id)
  where shares.share_id = p_share_id and sessions.user_id = (select auth.uid())
  for update of shares;
  if not found then
    raise exception 'Cannot revoke share "%": it is not yours', p_share_id using errcode = 'insufficient_privilege';
  end if;
  if v_share.revoked_at is null then
    perform private.revoke_share(v_share, clock_timestamp());
  end if;
end;
$$;
comment on function public.revoke_share is 'Takes back an invitation of the caller, and ends the view of whoever used it.';

create function public.accept_share(p_code text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_share public.session_shares;
begin
  -- The lock lets no revocation pass between this look and the row below.
  select shares.* into v_share
  from public.session_shares as shares
    join private.share_codes using (share_id)
  where share_codes.code_hash = sha256(convert_to(p_code, 'utf8'))
  for share of shares;
  if v_user_id is null
    or v_share.share_id is null
    or not private.is_share_valid(v_share)
    or exists (
      select from private.removed_observers where share_id = v_share.share_id and user_id = v_user_id
    )
  then
    raise exception 'Cannot accept the share: its code is wrong, revoked or expired'
      using errcode = 'insufficient_privilege';
  end if;

  if private.watch_role(v_share.session_id) is distinct from 'owner' then
    insert into public.session_observers (share_id, user_id, session_id)
    values (v_share.share_id, v_user_id, v_share.session_id)
    on conflict do nothing;
  end if;
  return jsonb_build_object('sessionId', v_share.session_id);
end;
$$;
comment on function public.accept_share is 'Makes the caller an observer of the session that the code invites to.';

revoke execute on function private.require_owner, private.raise_generation, private.revoke_share,
  private.on_observers_gone from public;
revoke execute on function public.create_share, public.revoke_share, public.accept_share
  from public, anon, service_role;
grant execute on function public.create_share, public.revoke_share, public.accept_share to authenticated;
