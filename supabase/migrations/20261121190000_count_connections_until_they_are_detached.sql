-- Whoever had expired did not count, though the worker was perhaps only kept from the database: the clean close of one
-- tab then ended the session under the other one, or asked its leader without end (K5).
create or replace function private.attached_count(p_session_id uuid) returns integer
language sql volatile set search_path = ''
as $$
  select count(*)::integer from private.attachments where session_id = p_session_id;
$$;
comment on function private.attached_count is 'How many connections are attached. One that expired is, until the sweep detaches it.';

create or replace function private.lacks_worker(p_lease private.leases) returns boolean
language sql volatile set search_path = ''
as $$
  -- The worker of a socket takes over by itself, and has the token that tools need; not one that is silent for so long.
  select not private.is_lease_live(p_lease) and not exists (
    select from private.attachments
    where session_id = p_lease.session_id and expires_at > clock_timestamp()
  );
$$;
