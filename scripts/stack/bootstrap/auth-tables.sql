-- What the auth tables of the platform have beyond those of the emulation, for seeds written for the platform.
alter table auth.users add column if not exists instance_id uuid;
alter table auth.users add column if not exists is_super_admin boolean;

grant all on all tables in schema auth to postgres;
grant all on all sequences in schema auth to postgres;
grant all on all tables in schema auth to dashboard_user;
