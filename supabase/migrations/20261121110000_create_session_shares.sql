create table public.session_shares (
  share_id uuid primary key default gen_random_uuid(),
  session_id uuid not null references public.sessions (session_id) on delete cascade,
  label text check (char_length(label) between 1 and 100),
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  expires_at timestamptz
);
comment on table public.session_shares is 'Invitations of an owner to watch a session. Whoever holds the code of a valid one may become an observer.';

create index session_shares_session_id_idx on public.session_shares (session_id);
create index session_shares_expires_at_idx on public.session_shares (expires_at)
  where revoked_at is null and expires_at is not null;

create table public.session_observers (
  share_id uuid not null references public.session_shares (share_id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  session_id uuid not null references public.sessions (session_id) on delete cascade,
  joined_at timestamptz not null default now(),
  primary key (share_id, user_id)
);
comment on table public.session_observers is 'Who watches a session, and by which share. Deleting a row is leaving, or being removed by the owner.';

create index session_observers_session_id_idx on public.session_observers (session_id);
create index session_observers_user_id_idx on public.session_observers (user_id, session_id);

-- Apart from the shares, which their owner may read.
create table private.share_codes (
  share_id uuid primary key references public.session_shares (share_id) on delete cascade,
  code_hash bytea not null unique
);
comment on table private.share_codes is 'What tells a code from a guess: its SHA-256, never the code.';

create table private.removed_observers (
  share_id uuid not null references public.session_shares (share_id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  primary key (share_id, user_id)
);
comment on table private.removed_observers is 'Whom the owner removed: the code they still hold opens nothing.';
create index removed_observers_user_id_idx on private.removed_observers (user_id);

alter table public.session_shares enable row level security;
alter table public.session_observers enable row level security;
alter table private.share_codes enable row level security;
alter table private.removed_observers enable row level security;

revoke all on public.session_shares, public.session_observers from public, anon, authenticated, service_role;
grant select on public.session_shares, public.session_observers to authenticated, service_role;
grant delete on public.session_observers to authenticated;

create policy "owners can read the shares of their sessions" on public.session_shares
  for select to authenticated
  using (
    session_id in (
      select sessions.session_id from public.sessions where sessions.user_id = (select auth.uid())
    )
  );

create policy "owners and observers can read who observes" on public.session_observers
  for select to authenticated
  using (
    (select auth.uid()) = user_id
    or session_id in (
      select sessions.session_id from public.sessions where sessions.user_id = (select auth.uid())
    )
  );

create policy "owners can remove observers, who can leave" on public.session_observers
  for delete to authenticated
  using (
    (select auth.uid()) = user_id
    or session_id in (
      select sessions.session_id from public.sessions where sessions.user_id = (select auth.uid())
    )
  );
