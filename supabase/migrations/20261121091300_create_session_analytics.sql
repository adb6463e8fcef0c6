create function public.session_analytics() returns jsonb
language sql stable security invoker set search_path = ''
as $$
  with own as (
    select * from public.sessions where user_id = (select auth.uid())
  ),
  tool_calls as (
    select count(*) as total from public.session_events
    where event_type = 'tool_call' and session_id in (select session_id from own)
  ),
  days as (
    select day::date from generate_series(
      (now() at time zone 'utc')::date - 6, (now() at time zone 'utc')::date, interval '1 day'
    ) as day
  ),
  started as (
    select (start_time at time zone 'utc')::date as day, count(*) as sessions, sum(message_count) as messages
    from own group by 1
  )
  select jsonb_build_object(
    'sessions', count(*),
    'activeSessions', count(*) filter (where status = 'active'),
    'messages', coalesce(sum(message_count), 0),
    'toolCalls', (select total from tool_calls),
    'inputTokens', coalesce(sum(input_tokens), 0),
    'outputTokens', coalesce(sum(output_tokens), 0),
    'averageDurationSeconds', coalesce(round(avg(duration_seconds)), 0),
    'lastSevenDays', (
      select jsonb_agg(
        jsonb_build_object(
          'day', days.day,
          'sessions', coalesce(started.sessions, 0),
          'messages', coalesce(started.messages, 0)
        ) order by days.day
      )
      from days left join started using (day)
    )
  )
  from own;
$$;
comment on function public.session_analytics is 'Figures over the caller''s own sessions.';

revoke execute on function public.session_analytics from public, anon, service_role;
grant execute on function public.session_analytics to authenticated;
