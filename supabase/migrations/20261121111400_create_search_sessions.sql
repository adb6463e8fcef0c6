-- Newest activity first, page by page. It takes the place of the order by start: each index is rewritten with each message.
drop index public.sessions_user_id_start_time_idx;
create index sessions_user_id_last_activity_at_idx on public.sessions (user_id, last_activity_at desc, session_id desc);
create index session_events_words_idx on public.session_events using gin (to_tsvector('simple', content))
  where event_type in ('user_message', 'assistant_message');

create function private.without_phrases(p_query tsquery) returns tsquery
language sql immutable set search_path = ''
as $$
  select case
    when p_query::text like '%!%' then p_query
    else regexp_replace(p_query::text, '<(-|[0-9]+)>', '&', 'g')::tsquery
  end;
$$;
comment on function private.without_phrases is 'A query that matches no less, and that an index answers alone: it knows words, not their places.';

-- security definer: a policy is checked before a search condition, so that as the user no index would be of use. Names
-- the caller itself, and only tells ids; what they stand for is read under the policies.
create function private.matching_messages(
  p_query tsquery, p_before timestamptz, p_before_id uuid, p_limit integer
) returns table (session_id uuid, event_id bigint)
language plpgsql stable rows 20 security definer set search_path = ''
as $$
begin
  -- Asks for no word, as one that only excludes some: every message would have to be read.
  if numnode(p_query) = 0 or ''::tsvector @@ p_query then
    return;
  end if;
  -- Planned for each query, because a common word wants another plan than a rare one. Places are looked at last, newest
  -- session first and in the caller's own messages only: telling them takes reading the text again.
  return query execute $query$
    select candidates.session_id, exact.id
    from (
      select sessions.session_id, sessions.last_activity_at, array_agg(events.id) as event_ids
      from public.session_events as events
        join public.sessions using (session_id)
      where sessions.user_id = $1
        and (sessions.last_activity_at, sessions.session_id) < ($3, $4)
        and events.event_type in ('user_message', 'assistant_message')
        and to_tsvector('simple', events.content) @@ private.without_phrases($2)
      group by sessions.session_id
      order by sessions.last_activity_at desc, sessions.session_id desc
    ) as candidates
      cross join lateral (
        select events.id from public.session_events as events
        where events.id = any(candidates.event_ids) and to_tsvector('simple', events.content) @@ $2
        order by events.id desc
        limit 1
      ) as exact
    order by candidates.last_activity_at desc, candidates.session_id desc
    limit $5
  $query$ using (select auth.uid()), p_query, p_before, p_before_id, p_limit;
end;
$$;
comment on function private.matching_messages is 'The newest message that matches a query, in each of the caller''s own sessions before a place in their list.';

-- The body is bound when it is made: callers may run what it names, and still have no way into the private schema.
create function public.search_sessions(
  p_query text default '',
  p_before timestamptz default null,
  p_before_id uuid default null,
  p_limit integer default 20
) returns table (
  session_id uuid,
  title text,
  status text,
  start_time timestamptz,
  end_time timestamptz,
  last_activity_at timestamptz,
  message_count integer,
  summary text,
  summary_status text,
  summary_read boolean,
  snippet text
)
language sql stable security invoker set search_path = ''
begin atomic
  with query as materialized (
    select
      websearch_to_tsquery('simple', coalesce(p_query, '')) as words,
      coalesce(p_before, 'infinity') as before,
      coalesce(p_before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') as before_id,
      least(greatest(coalesce(p_limit, 20), 1), 50) as page_length
  ),
  matches as materialized (
    select matching.session_id, matching.event_id
    from query
      cross join lateral private.matching_messages(
        query.words, query.before, query.before_id, query.page_length
      ) as matching
  ),
  page as materialized (
    select sessions.*, matches.event_id, query.words, concat_ws(' · ', sessions.title, sessions.summary) as heading
    from query
      cross join public.sessions
      left join matches on matches.session_id = sessions.session_id
    where sessions.user_id = (select auth.uid())
      and (sessions.last_activity_at, sessions.session_id) < (query.before, query.before_id)
      and (
        numnode(query.words) = 0
        or matches.event_id is not null
        or to_tsvector('simple', concat_ws(' ', sessions.title, sessions.summary)) @@ query.words
      )
    order by sessions.last_activity_at desc, sessions.session_id desc
    limit (select page_length from query)
  )
  select
    page.session_id, page.title, page.status, page.start_time, page.end_time, page.last_activity_at,
    page.message_count, page.summary, page.summary_status, page.summary_read,
    -- Private-use characters around what matched: text, never HTML.
    case when numnode(page.words) > 0 then
      ts_headline(
        'simple', translate(coalesce(events.content, page.heading), U&'\E000\E001', ''), page.words,
        U&'MaxWords=24, MinWords=12, StartSel=\E000, StopSel=\E001'
      )
    end
  from page
    left join public.session_events as events on events.id = page.event_id
  order by page.last_activity_at desc, page.session_id desc;
end;
comment on function public.search_sessions is 'The caller''s own sessions that match, or all of them, newest activity first. The next page begins before the last one''s last_activity_at and session_id.';

revoke execute on function private.without_phrases, private.matching_messages from public;
grant execute on function private.matching_messages to authenticated;
revoke execute on function public.search_sessions from public, anon, service_role;
grant execute on function public.search_sessions to authenticated;
