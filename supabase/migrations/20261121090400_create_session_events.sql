create table public.session_events (
  id bigint generated always as identity primary key,
  session_id uuid not null references public.sessions (session_id) on delete cascade,
  seq bigint,
  seq_to bigint,
  event_type text not null check (
    event_type in ('user_message', 'assistant_message', 'tool_call', 'tool_result', 'interaction', 'system')
  ),
  role text not null check (role in ('user', 'assistant', 'tool', 'system')),
  content text not null default '',
  data jsonb not null default '{}',
  message_id text generated always as (data #>> '{message,id}') stored,
  created_at timestamptz not null default now(),
  unique (session_id, seq),
  check (seq_to >= seq),
  check ((seq is null) = (seq_to is null))
);
comment on table public.session_events is 'The log of a session, append-only. `seq` orders it; events outside a turn have none and stand by `id`.';
comment on column public.session_events.seq_to is 'A message covers the log from seq to seq_to.';

create index session_events_message_idx on public.session_events (session_id, message_id)
  where message_id is not null;
create index session_events_created_at_idx on public.session_events (created_at);

alter table public.session_events enable row level security;
revoke all on public.session_events from public, anon, authenticated, service_role;
grant select on public.session_events to authenticated, service_role;

create policy "users can read the events of their own sessions" on public.session_events
  for select to authenticated
  using (
    session_id in (
      select sessions.session_id from public.sessions where sessions.user_id = (select auth.uid())
    )
  );

create function private.refuse_change() returns trigger
language plpgsql set search_path = ''
as $$
begin
  raise exception 'Cannot change table "%": it is append-only', tg_table_name
    using errcode = 'insufficient_privilege';
end;
$$;
revoke execute on function private.refuse_change from public;

create trigger session_events_are_append_only
  before update or truncate on public.session_events
  for each statement execute function private.refuse_change();
