-- On the platform `postgres` owns nothing in `realtime`, and an extension lets it manage policies nonetheless. Here
-- it inherits the owner's rights, and whatever else it would change with them is refused in the platform's words.
grant supabase_realtime_admin to postgres with inherit true, set false;

create or replace function extensions.guard_realtime() returns event_trigger
language plpgsql set search_path = '' as $$
declare
  command record;
begin
  if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
    return;
  end if;
  for command in
    select * from pg_catalog.pg_event_trigger_ddl_commands()
    where object_identity ~ '(^| on )realtime\.' and command_tag !~ '^(CREATE|ALTER) POLICY$'
  loop
    if command.command_tag ~ '^CREATE (TABLE|FUNCTION|TYPE|VIEW|SEQUENCE|PROCEDURE)' then
      raise insufficient_privilege using message = 'permission denied for schema realtime';
    end if;
    raise insufficient_privilege using message = format('must be owner of %s', command.object_identity);
  end loop;
end
$$;

create or replace function extensions.guard_realtime_drops() returns event_trigger
language plpgsql set search_path = '' as $$
declare
  dropped record;
begin
  if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
    return;
  end if;
  for dropped in
    select * from pg_catalog.pg_event_trigger_dropped_objects()
    where original and object_identity ~ '(^| on )realtime\.' and object_type <> 'policy'
  loop
    raise insufficient_privilege using message = format('must be owner of %s', dropped.object_identity);
  end loop;
end
$$;

drop event trigger if exists guard_realtime;
create event trigger guard_realtime on ddl_command_end execute function extensions.guard_realtime();
drop event trigger if exists guard_realtime_drops;
create event trigger guard_realtime_drops on sql_drop execute function extensions.guard_realtime_drops();
