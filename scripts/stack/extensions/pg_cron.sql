-- pg_cron for the embedded stack: the same objects, with a worker outside of the server that runs the jobs.
create schema if not exists cron;
create sequence if not exists cron.jobid_seq;
create sequence if not exists cron.runid_seq;

create table if not exists cron.job (
  jobid bigint primary key default nextval('cron.jobid_seq'),
  schedule text not null,
  command text not null,
  nodename text not null default 'localhost',
  nodeport integer not null default inet_server_port(),
  database text not null default current_database(),
  username text not null default current_user,
  active boolean not null default true,
  jobname text,
  constraint jobname_username_uniq unique (jobname, username)
);

create table if not exists cron.job_run_details (
  jobid bigint,
  runid bigint primary key default nextval('cron.runid_seq'),
  job_pid integer,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz
);

select pg_catalog.pg_extension_config_dump('cron.job', '');
select pg_catalog.pg_extension_config_dump('cron.jobid_seq', '');
select pg_catalog.pg_extension_config_dump('cron.job_run_details', '');
select pg_catalog.pg_extension_config_dump('cron.runid_seq', '');

alter table cron.job enable row level security;
alter table cron.job_run_details enable row level security;
drop policy if exists cron_job_policy on cron.job;
create policy cron_job_policy on cron.job using (username = current_user);
drop policy if exists cron_job_run_details_policy on cron.job_run_details;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);

create or replace function cron.job_cache_invalidate() returns trigger
language plpgsql as $$
begin
  perform pg_notify('pg_cron_jobs', '');
  return null;
end
$$;
drop trigger if exists cron_job_cache_invalidate on cron.job;
create trigger cron_job_cache_invalidate
  after insert or update or delete or truncate on cron.job
  for each statement execute function cron.job_cache_invalidate();

create or replace function cron._check_schedule(schedule text) returns void
language plpgsql immutable as $$
declare
  field constant text := '[0-9a-z*/,$-]+';
begin
  if schedule ~* '^\s*([1-9]|[1-5][0-9])\s+seconds?\s*$'
    or schedule ~* format('^\s*%1$s(\s+%1$s){4}\s*$', field)
    or schedule ~* '^\s*@(yearly|annually|monthly|weekly|daily|midnight|hourly|reboot)\s*$'
  then
    return;
  end if;
  raise exception 'invalid schedule: %', schedule
    using hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
end
$$;

-- Jobs belong to whoever calls cron.schedule(), who may not write to the table itself.
create or replace function cron._save_job(
  job_name text, schedule text, command text, database text, username text, active boolean
) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  saved_id bigint;
begin
  perform cron._check_schedule(schedule);
  if (select rolsuper from pg_catalog.pg_roles where rolname = username)
    and not (select rolsuper from pg_catalog.pg_roles where rolname = session_user)
  then
    raise exception 'permission denied to schedule a job as "%"', username using errcode = '42501';
  end if;
  insert into cron.job as existing (jobname, schedule, command, database, username, active)
  values (job_name, schedule, command, database, username, active)
  on conflict on constraint jobname_username_uniq do update
    set schedule = excluded.schedule, command = excluded.command,
      database = excluded.database, active = excluded.active
  returning existing.jobid into saved_id;
  return saved_id;
end
$$;

create or replace function cron.schedule(schedule text, command text) returns bigint
language sql strict as $$
  select cron._save_job(null, schedule, command, current_database()::text, current_user::text, true)
$$;

create or replace function cron.schedule(job_name text, schedule text, command text) returns bigint
language plpgsql as $$
begin
  if job_name is null then
    raise exception 'job_name can not be NULL';
  end if;
  return cron._save_job(job_name, schedule, command, current_database()::text, current_user::text, true);
end
$$;

create or replace function cron.schedule_in_database(
  job_name text, schedule text, command text, database text,
  username text default null, active boolean default true
) returns bigint
language sql as $$
  select cron._save_job(job_name, schedule, command, database, coalesce(username, current_user::text), active)
$$;

create or replace function cron._delete_job(job_id bigint, name_of_job text, caller text) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  delete from cron.job where (jobid = job_id or jobname = name_of_job)
    and (username = caller or (select rolsuper from pg_catalog.pg_roles where rolname = caller));
  if not found then
    raise exception 'could not find valid entry for job ''%''', coalesce(job_id::text, name_of_job);
  end if;
  return true;
end
$$;

create or replace function cron.unschedule(job_id bigint) returns boolean
language sql strict as $$ select cron._delete_job(job_id, null, current_user::text) $$;

create or replace function cron.unschedule(job_name text) returns boolean
language sql strict as $$ select cron._delete_job(null, job_name, current_user::text) $$;

create or replace function cron._alter_job(
  job_id bigint, new_schedule text, new_command text, new_database text, new_username text,
  new_active boolean, caller text
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  is_superuser constant boolean := (select rolsuper from pg_catalog.pg_roles where rolname = caller);
begin
  if new_schedule is not null then
    perform cron._check_schedule(new_schedule);
  end if;
  if new_username is not null and not is_superuser then
    raise exception 'must be superuser to alter username' using errcode = '42501';
  end if;
  update cron.job
  set schedule = coalesce(new_schedule, schedule), command = coalesce(new_command, command),
    database = coalesce(new_database, database), username = coalesce(new_username, username),
    active = coalesce(new_active, active)
  where jobid = job_id and (username = caller or is_superuser);
  if not found then
    raise exception 'Job % does not exist or you don''t own it', job_id;
  end if;
end
$$;

create or replace function cron.alter_job(
  job_id bigint, schedule text default null, command text default null, database text default null,
  username text default null, active boolean default null
) returns void
language sql as $$
  select cron._alter_job(job_id, schedule, command, database, username, active, current_user::text)
$$;

grant select on cron.job to public;
grant select, delete on cron.job_run_details to public;
grant select on sequence cron.jobid_seq, cron.runid_seq to public;
revoke all on function cron.alter_job, cron.schedule_in_database, cron._save_job, cron._delete_job,
  cron._alter_job from public;

-- What the platform grants when the extension is created; nobody else may use the schema.
do $$
begin
  if exists (select from pg_catalog.pg_roles where rolname = 'postgres') then
    grant usage on schema cron to postgres with grant option;
    grant all on all functions in schema cron to postgres with grant option;
    grant all on cron.job_run_details to postgres with grant option;
    grant select on cron.job to postgres with grant option;
  end if;
end
$$;
