create table private.stream_buffer (
  session_id uuid not null references public.sessions (session_id) on delete cascade,
  seq_from bigint not null,
  seq_to bigint not null,
  turn_id uuid not null,
  chunks jsonb not null,
  primary key (session_id, seq_from)
);
comment on table private.stream_buffer is 'Chunks of answers, one row a flush, until the finished message has replaced them (K9).';
alter table private.stream_buffer enable row level security;
