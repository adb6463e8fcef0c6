-- The schemas of the platform and who may use them.
create schema extensions authorization postgres;
create schema auth authorization supabase_admin;
create schema realtime authorization supabase_admin;
create schema graphql_public authorization supabase_admin;
create schema vault authorization supabase_admin;

alter schema public owner to pg_database_owner;
grant create, usage on schema public to postgres;
grant usage on schema public, extensions, graphql_public to anon, authenticated, service_role;
grant usage on schema auth, realtime to anon, authenticated, service_role;
grant all on schema auth to supabase_auth_admin;
grant usage on schema auth, vault, realtime, graphql_public to postgres with grant option;
grant all on schema extensions, realtime to dashboard_user;
grant all on schema realtime to supabase_realtime_admin;

create extension pgcrypto with schema extensions;
create extension "uuid-ossp" with schema extensions;
-- In every project of the platform; pg_net and pg_cron are created by migrations.
create extension supabase_vault with schema vault;
grant execute on all functions in schema extensions to postgres with grant option;
grant execute on all functions in schema extensions to anon, authenticated, service_role;

create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;
