create table public.sessions (
  session_id uuid primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  title text check (char_length(title) between 1 and 200),
  status text not null default 'active' check (status in ('active', 'ended')),
  start_time timestamptz not null default now(),
  end_time timestamptz,
  duration_seconds integer,
  end_reason text check (end_reason in ('ended_by_user', 'closed', 'abandoned')),
  ending_number integer not null default 0,
  end_seq bigint not null default 0,
  summary text,
  summary_status text not null default 'none'
    check (summary_status in ('none', 'pending', 'running', 'done', 'failed')),
  message_count integer not null default 0,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  last_activity_at timestamptz not null default now()
);
comment on table public.sessions is 'Durable conversations. The owner may read and rename; the server writes the rest.';
comment on column public.sessions.ending_number is 'How many endings with new content there were; each has a summary job.';
comment on column public.sessions.end_seq is 'The last seq of the log at the last ending.';

create index sessions_user_id_start_time_idx on public.sessions (user_id, start_time desc);
create index sessions_active_idx on public.sessions (session_id) where status = 'active';

alter table public.sessions enable row level security;
revoke all on public.sessions from public, anon, authenticated, service_role;
grant select, update (title) on public.sessions to authenticated;
grant select on public.sessions to service_role;

create policy "users can read their own sessions" on public.sessions
  for select to authenticated
  using ((select auth.uid()) = user_id);

create policy "users can rename their own sessions" on public.sessions
  for update to authenticated
  using ((select auth.uid()) = user_id)
  with check ((select auth.uid()) = user_id);
