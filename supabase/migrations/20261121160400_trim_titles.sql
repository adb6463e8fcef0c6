-- What String.prototype.trim takes away.
create function private.trim_text(p_text text) returns text
language sql immutable set search_path = ''
as $$
  select btrim(
    p_text,
    U&'\0009\000A\000B\000C\000D\0020\00A0\1680\2000\2001\2002\2003\2004\2005\2006\2007\2008\2009\200A'
      '\2028\2029\202F\205F\3000\FEFF'
  );
$$;

revoke execute on function private.trim_text from public;

-- A title of white space alone hid a session in the list. It is none, as an empty field is.
-- security definer: users who rename have no way into the private schema.
create function private.on_title_given() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  new.title := nullif(private.trim_text(new.title), '');
  return new;
end;
$$;
revoke execute on function private.on_title_given from public;

-- Triggers fire in the order of their names: users_choose_titles is to see that there is none.
create trigger titles_are_trimmed
  before update of title on public.sessions
  for each row
  when (new.title is distinct from old.title)
  execute function private.on_title_given();

create or replace function private.renames(p_batch jsonb, p_source text) returns boolean
language sql immutable set search_path = ''
as $$
  select p_batch ? 'title'
    and private.trim_text(coalesce(p_batch #>> '{title,text}', p_batch ->> 'title')) <> ''
    and case p_source
      when 'user' then false
      when 'model' then p_batch #>> '{title,source}' = 'model'
      else true
    end;
$$;
