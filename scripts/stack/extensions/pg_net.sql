-- pg_net for the embedded stack: the same objects, with a worker outside of the server that sends.
create schema if not exists net;

do $$
begin
  if to_regtype('net.http_method') is null then
    create domain net.http_method as text check (upper(value) in ('GET', 'POST', 'DELETE'));
    create type net.request_status as enum ('PENDING', 'SUCCESS', 'ERROR');
    create type net.http_response as (status_code integer, headers jsonb, body text);
    create type net.http_response_result as (
      status net.request_status, message text, response net.http_response
    );
  end if;
end
$$;

create unlogged table if not exists net.http_request_queue (
  id bigserial,
  method net.http_method not null,
  url text not null,
  headers jsonb,
  body bytea,
  timeout_milliseconds integer not null
);

create unlogged table if not exists net._http_response (
  id bigint,
  status_code integer,
  content_type text,
  headers jsonb,
  content text,
  timed_out boolean,
  error_msg text,
  created timestamptz not null default now()
);
create index if not exists _http_response_created_idx on net._http_response (created);

-- A notification is delivered when its transaction commits, and never when it does not.
create or replace function net.wake() returns void
language sql as $$ select pg_notify('pg_net_wake', '') $$;

create or replace function net.worker_restart() returns boolean
language plpgsql as $$
begin
  perform pg_notify('pg_net_wake', 'restart');
  return true;
end
$$;

-- The worker holds this lock for as long as it lives.
create or replace function net._is_worker_up() returns boolean
language sql as $$
  select exists (
    select from pg_catalog.pg_locks
    where locktype = 'advisory' and granted and objsubid = 2 and classid = 1886218610 and objid = 1
      and database = (select oid from pg_catalog.pg_database where datname = current_database())
  )
$$;

create or replace function net.check_worker_is_up() returns void
language plpgsql as $$
begin
  if not net._is_worker_up() then
    raise exception 'the pg_net background worker is not up'
      using hint = 'The stack sends the requests: is it running?';
  end if;
end
$$;

create or replace function net.wait_until_running() returns void
language plpgsql as $$
begin
  while not net._is_worker_up() loop
    perform pg_sleep(0.05);
  end loop;
end
$$;

create or replace function net._urlencode_string(string varchar) returns text
language sql immutable as $$
  select coalesce(string_agg(
    case
      when byte between 48 and 57 or byte between 65 and 90 or byte between 97 and 122
        or byte in (45, 46, 95, 126) then chr(byte)
      else '%' || upper(lpad(to_hex(byte), 2, '0'))
    end, '' order by position), '')
  from (
    select position, get_byte(convert_to(string, 'UTF8'), position) as byte
    from generate_series(0, octet_length(convert_to(string, 'UTF8')) - 1) as position
  ) as bytes
$$;

create or replace function net._encode_url_with_params_array(url text, params_array text[]) returns text
language sql immutable as $$
  select url || case
    when coalesce(cardinality(params_array), 0) = 0 then ''
    else (case when position('?' in url) > 0 then '&' else '?' end) || array_to_string(params_array, '&')
  end
$$;

create or replace function net._queue_request(
  method text, url text, params jsonb, headers jsonb, body bytea, timeout_milliseconds integer
) returns bigint
language plpgsql as $$
declare
  encoded_params text[];
  request_id bigint;
begin
  select array_agg(net._urlencode_string(key) || '=' || net._urlencode_string(value))
  into encoded_params
  from jsonb_each_text(params);

  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values (method, net._encode_url_with_params_array(url, encoded_params), headers, body, timeout_milliseconds)
  returning id into request_id;

  perform net.wake();
  return request_id;
end
$$;

create or replace function net.http_get(
  url text,
  params jsonb default '{}'::jsonb,
  headers jsonb default '{}'::jsonb,
  timeout_milliseconds integer default 5000
) returns bigint
language sql as $$
  select net._queue_request('GET', url, params, headers, null, timeout_milliseconds)
$$;

create or replace function net.http_post(
  url text,
  body jsonb default '{}'::jsonb,
  params jsonb default '{}'::jsonb,
  headers jsonb default '{"Content-Type": "application/json"}'::jsonb,
  timeout_milliseconds integer default 5000
) returns bigint
language plpgsql as $$
declare
  content_type text;
begin
  select value into content_type
  from jsonb_each_text(coalesce(headers, '{}')) where lower(key) = 'content-type' limit 1;
  if content_type is null then
    headers := headers || '{"Content-Type": "application/json"}';
  elsif content_type <> 'application/json' then
    raise exception 'Content-Type header must be "application/json"';
  end if;
  return net._queue_request(
    'POST', url, params, headers, convert_to(body::text, 'UTF8'), timeout_milliseconds
  );
end
$$;

create or replace function net.http_delete(
  url text,
  params jsonb default '{}'::jsonb,
  headers jsonb default '{}'::jsonb,
  timeout_milliseconds integer default 5000,
  body jsonb default null
) returns bigint
language sql as $$
  select net._queue_request(
    'DELETE', url, params, headers, convert_to(body::text, 'UTF8'), timeout_milliseconds
  )
$$;

create or replace function net._await_response(request_id bigint) returns boolean
language plpgsql as $$
begin
  while not exists (select from net._http_response where id = request_id) loop
    perform pg_sleep(0.05);
  end loop;
  return true;
end
$$;

create or replace function net._http_collect_response(request_id bigint, async boolean default true)
returns net.http_response_result
language plpgsql as $$
declare
  found_response net._http_response;
begin
  if not async then
    perform net._await_response(request_id);
  end if;
  select * into found_response from net._http_response where id = request_id;
  if found_response.id is null or found_response.error_msg is not null then
    return row(
      'ERROR', coalesce(found_response.error_msg, 'request matching request_id not found'), null
    )::net.http_response_result;
  end if;
  return row('SUCCESS', 'ok', row(
    found_response.status_code, found_response.headers, found_response.content
  )::net.http_response)::net.http_response_result;
end
$$;

create or replace function net.http_collect_response(request_id bigint, async boolean default true)
returns net.http_response_result
language plpgsql as $$
begin
  raise notice 'The net.http_collect_response function is deprecated.';
  return net._http_collect_response(request_id, async);
end
$$;

-- As on the platform: whoever runs SQL may queue requests, and read those of others.
grant usage on schema net to public;
grant all on all sequences in schema net to public;
grant all on all tables in schema net to public;
