create table private.turns (
  session_id uuid not null references public.sessions (session_id) on delete cascade,
  turn_id uuid not null,
  message_id text not null,
  status text not null check (
    status in ('queued', 'running', 'waiting', 'completed', 'cancelled', 'failed', 'interrupted')
  ),
  user_seq bigint not null,
  attempts integer not null default 1,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  is_trimmed boolean not null default false,
  primary key (session_id, turn_id)
);
comment on table private.turns is 'What became of each user input. A waiting turn keeps nothing busy (K15).';
comment on column private.turns.attempts is 'One more for each leader that died while the turn ran.';
comment on column private.turns.is_trimmed is 'Its chunks have left the stream buffer.';

create index turns_open_idx on private.turns (session_id) where status in ('queued', 'running', 'waiting');
create index turns_untrimmed_idx on private.turns (finished_at) where not is_trimmed;
alter table private.turns enable row level security;

create function private.is_final(p_status text) returns boolean
language sql immutable set search_path = ''
as $$
  select p_status in ('completed', 'cancelled', 'failed', 'interrupted');
$$;

create function private.has_active_turn(p_session_id uuid) returns boolean
language sql volatile set search_path = ''
as $$
  select exists (
    select from private.turns where session_id = p_session_id and status in ('queued', 'running')
  );
$$;

revoke execute on function private.is_final, private.has_active_turn from public;
