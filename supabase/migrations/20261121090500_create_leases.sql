-- Rewritten with each flush of a session: hence short columns, room for in-page updates, and no second index.
create table private.leases (
  session_id uuid primary key references public.sessions (session_id) on delete cascade,
  epoch bigint not null default 0,
  last_seq bigint not null default 0,
  worker_key bigint,
  last_batch_key bigint,
  expires_at timestamptz not null default now(),
  idle_since timestamptz not null default now(),
  watched_until timestamptz,
  pruned_seq bigint,
  end_requested text check (end_requested in ('ended_by_user', 'closed', 'abandoned'))
) with (fillfactor = 50);
comment on table private.leases is 'Who may write a session (R1). Every writer locks this row first.';
comment on column private.leases.worker_key is 'Hash of the leader''s id, which lease_epochs has in full; null when the lease is free.';
comment on column private.leases.last_batch_key is 'Hash of the id of the last batch under this epoch: the same again changes nothing (K6).';
comment on column private.leases.idle_since is 'The later of the last detach and the last turn''s end: grace starts here (K5).';
comment on column private.leases.end_requested is 'Asks the live leader to end the session once nobody is attached.';
comment on column private.leases.pruned_seq is 'Everything up to here may be gone: cursors below get a snapshot (K3).';
alter table private.leases enable row level security;

create table private.lease_epochs (
  session_id uuid not null references public.sessions (session_id) on delete cascade,
  epoch bigint not null,
  start_seq bigint not null,
  worker_id text,
  claimed_at timestamptz not null default now(),
  primary key (session_id, epoch)
);
comment on table private.lease_epochs is 'Where each epoch began: tells a returning cursor how far to rewind (K3).';
create index lease_epochs_claimed_at_idx on private.lease_epochs (claimed_at);
alter table private.lease_epochs enable row level security;
