create table private.settings (
  name text primary key,
  value bigint,
  description text not null
);
comment on table private.settings is 'Every number that is a policy. Change a row; the next call obeys.';
alter table private.settings enable row level security;

insert into private.settings (name, value, description) values
  ('lease_ms', 10000, 'How long a worker leads a session after its last append'),
  ('attachment_ms', 15000, 'How long a connection counts as attached after its worker was last heard of'),
  ('grace_ms', 30000, 'How long a session without connections waits for one before it ends'),
  ('orphan_ms', 60000, 'How long a turn waits for another worker after its leader''s lease ended and nobody is attached'),
  ('buffer_keep_ms', 60000, 'How long chunks stay after their turn ended; followers read them (K9: never below 60 s in production)'),
  ('command_keep_ms', 604800000, 'How long a settled command is remembered, so that a re-sent one is recognised'),
  ('epoch_keep_ms', 604800000, 'How long a past epoch is remembered; older cursors get a snapshot'),
  ('event_keep_ms', null, 'How long events are kept; null keeps them for ever'),
  ('read_max_bytes', 524288, 'Size of one page of the log when the reader names none'),
  ('summary_attempts', 8, 'How often a summary is tried before it counts as failed'),
  ('summary_backoff_ms', 5000, 'Wait after the first attempt; it doubles with each further one'),
  ('summary_backoff_max_ms', 600000, 'Longest wait between two attempts'),
  ('summary_claim_ms', 120000, 'How long the summarizer may work on a job before another attempt is made');

create function private.setting(p_name text) returns bigint
language sql stable set search_path = ''
as $$
  select value from private.settings where name = p_name;
$$;

create function private.setting_interval(p_name text) returns interval
language sql stable set search_path = ''
as $$
  select value * interval '1 millisecond' from private.settings where name = p_name;
$$;

revoke execute on function private.setting, private.setting_interval from public;
