create schema private;
comment on schema private is 'What only the server''s own functions touch. It is not exposed and no API role may use it.';

revoke all on schema private from public, anon, authenticated, service_role;
alter default privileges in schema private revoke all on tables from public, anon, authenticated, service_role;
alter default privileges in schema private revoke execute on functions from public, anon, authenticated, service_role;

create function private.iso(p_time timestamptz) returns text
language sql immutable set search_path = ''
as $$
  select to_char(p_time at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
$$;
comment on function private.iso is 'A time as clients expect it: ISO 8601 in UTC with milliseconds.';
revoke execute on function private.iso from public;
