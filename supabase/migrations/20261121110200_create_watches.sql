-- Renewed every few seconds while somebody watches: hence room for in-page updates, and no second index.
create table private.watches (
  session_id uuid primary key references public.sessions (session_id) on delete cascade,
  owner_until timestamptz,
  observers_until timestamptz,
  generation integer not null default 1
) with (fillfactor = 50);
comment on table private.watches is 'Who hears a session over Realtime. A session that nobody ever watched has no row, and generation 1.';
comment on column private.watches.generation is 'Part of the observers'' topic: raised by a revocation, so that the old topic falls silent (K19).';
alter table private.watches enable row level security;

insert into private.settings (name, value, description) values
  ('watch_ms', 30000, 'How long a session counts as watched after a watcher was last heard of; meanwhile its answers are broadcast'),
  ('hear_ms', 86400000, 'How long messages, endings and the like are still broadcast to a topic nobody watches any more');

create function private.session_topic(p_session_id uuid) returns text
language sql immutable set search_path = ''
as $$
  select 'session:' || p_session_id;
$$;

create function private.observers_topic(p_session_id uuid, p_generation integer) returns text
language sql immutable set search_path = ''
as $$
  select 'session:' || p_session_id || ':' || p_generation;
$$;

create function private.topics_since(p_watches private.watches, p_time timestamptz) returns text[]
language sql stable set search_path = ''
as $$
  select array_remove(
    array[
      case when p_watches.owner_until > p_time then private.session_topic(p_watches.session_id) end,
      case
        when p_watches.observers_until > p_time
          then private.observers_topic(p_watches.session_id, p_watches.generation)
      end
    ],
    null
  );
$$;
comment on function private.topics_since is 'The topics of a session that were watched at a time, or later.';

create function private.generation_of(p_session_id uuid) returns integer
language sql stable set search_path = ''
as $$
  select coalesce((select generation from private.watches where session_id = p_session_id), 1);
$$;

create function private.watch_role(p_session_id uuid) returns text
language sql stable set search_path = ''
as $$
  select case
    when sessions.user_id = (select auth.uid()) then 'owner'
    when p_session_id in (select private.observed_session_ids()) then 'observer'
  end
  from public.sessions
  where sessions.session_id = p_session_id;
$$;
comment on function private.watch_role is 'What the caller is to a session: owner, observer, or nothing (null).';

revoke execute on function private.session_topic, private.observers_topic, private.topics_since,
  private.generation_of, private.watch_role from public;
