create table private.summary_jobs (
  session_id uuid not null references public.sessions (session_id) on delete cascade,
  ending_number integer not null,
  end_seq bigint not null,
  status text not null default 'pending' check (status in ('pending', 'running', 'done', 'failed')),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  not_before timestamptz not null default now(),
  claim_token uuid,
  claimed_until timestamptz,
  last_error text,
  summary text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (session_id, ending_number)
);
comment on table private.summary_jobs is 'One summary for each ending with content (R8, K17).';
comment on column private.summary_jobs.attempts is 'How often the summarize function was asked.';
comment on column private.summary_jobs.next_attempt_at is 'When the sweep asks again.';
comment on column private.summary_jobs.not_before is 'No claim before: keeps repeated requests from shortening the wait after a failure.';

create index summary_jobs_due_idx on private.summary_jobs (next_attempt_at) where status in ('pending', 'running');
alter table private.summary_jobs enable row level security;
