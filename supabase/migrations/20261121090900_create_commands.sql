create table private.commands (
  id bigint generated always as identity primary key,
  session_id uuid not null references public.sessions (session_id) on delete cascade,
  command_id uuid not null,
  user_id uuid not null,
  payload jsonb not null,
  target_turn_id uuid,
  submitted_at timestamptz not null default now(),
  acked_at timestamptz,
  seq bigint,
  refusal text,
  unique (session_id, command_id)
);
comment on table private.commands is 'Every command, before it has any effect (K10). Those not acknowledged are the inbox, in order of id.';
comment on column private.commands.target_turn_id is 'What a turn.cancel aims at, fixed when it was first submitted (K11).';

create index commands_inbox_idx on private.commands (session_id, id) where acked_at is null;
create index commands_acked_at_idx on private.commands (acked_at) where acked_at is not null;
alter table private.commands enable row level security;
