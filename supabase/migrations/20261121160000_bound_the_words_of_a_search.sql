-- A query of a megabyte costs seconds of the processor before it finds anything.
create or replace function public.search_sessions(
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
      websearch_to_tsquery('simple', left(coalesce(p_query, ''), 1000)) as words,
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
