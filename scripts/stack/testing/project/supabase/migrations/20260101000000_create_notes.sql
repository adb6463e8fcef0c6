create table public.notes (
  note_id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id),
  title text not null default 'untitled',
  summary text,
  data jsonb not null default '{}',
  tags text[] not null default '{}',
  scores numeric[] not null default '{}',
  amount numeric(10, 2) not null default 1.50,
  created_at timestamptz not null default '2026-01-02 03:04:05.678+00'
);

alter table public.notes enable row level security;
revoke all on public.notes from anon, authenticated;
grant select, insert, delete on public.notes to authenticated;
grant update (title) on public.notes to authenticated;

create policy "users read their own notes" on public.notes
  for select to authenticated using ((select auth.uid()) = user_id);
create policy "users write their own notes" on public.notes
  for insert to authenticated with check ((select auth.uid()) = user_id);
create policy "users rename their own notes" on public.notes
  for update to authenticated using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
create policy "users delete their own notes" on public.notes
  for delete to authenticated using ((select auth.uid()) = user_id);
