create table private.attachments (
  session_id uuid not null references public.sessions (session_id) on delete cascade,
  connection_id text not null,
  worker_id text not null,
  attached_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (session_id, connection_id)
);
comment on table private.attachments is 'Open sockets (K5). Their worker renews them; those of a dead worker expire.';
create index attachments_worker_id_idx on private.attachments (worker_id);
alter table private.attachments enable row level security;

create function private.attached_count(p_session_id uuid) returns integer
language sql volatile set search_path = ''
as $$
  select count(*)::integer from private.attachments
  where session_id = p_session_id and expires_at > clock_timestamp();
$$;
revoke execute on function private.attached_count from public;
