create function public.echo(value jsonb) returns jsonb language sql stable as $$ select value $$;

create function public.json_kind(value jsonb) returns text language sql stable as $$ select jsonb_typeof(value) $$;

create function public.do_nothing() returns void language sql as $$ $$;

create function public.count_up(last integer) returns table (number integer, at timestamptz) language sql stable as $$
  select counted, timestamptz '2026-01-02 03:04:05.678+00' from generate_series(1, last) as counted
$$;

create function public.who_am_i() returns jsonb language sql stable as $$
  select jsonb_build_object('uid', auth.uid(), 'role', auth.role(), 'user', current_user)
$$;

create function public.reveal_secret() returns text language sql security definer set search_path = '' as $$
  select word from private.secrets
$$;

create function public.fail_with(code text) returns void language plpgsql as $$
begin
  raise exception 'refused' using errcode = code, detail = 'why', hint = 'how';
end
$$;

create function public.sleep(seconds double precision) returns void language sql as $$ select pg_sleep(seconds) $$;

create function public.server_only() returns text language sql as $$ select 'server' $$;
revoke execute on function public.server_only() from public, anon, authenticated;

create function public.reverse_ids(ids uuid[]) returns uuid[] language sql immutable as $$
  select array_agg(id order by position desc) from unnest(ids) with ordinality as given (id, position)
$$;
