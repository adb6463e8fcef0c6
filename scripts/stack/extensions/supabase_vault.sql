-- Vault for the embedded stack: the same objects, but secrets are only encoded, not encrypted.
create or replace function vault._crypto_aead_det_noncegen() returns bytea
language sql volatile as $$ select decode(md5(random()::text), 'hex') $$;

create table if not exists vault.secrets (
  id uuid primary key default gen_random_uuid(),
  name text,
  description text not null default '',
  secret text not null,
  key_id uuid,
  nonce bytea default vault._crypto_aead_det_noncegen(),
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
create unique index if not exists secrets_name_idx on vault.secrets (name) where name is not null;
select pg_catalog.pg_extension_config_dump('vault.secrets', '');

create or replace view vault.decrypted_secrets as
select id, name, description, secret, convert_from(decode(secret, 'base64'), 'UTF8') as decrypted_secret,
  key_id, nonce, created_at, updated_at
from vault.secrets;

create or replace function vault._encode_secret(secret text) returns text
language sql immutable as $$ select encode(convert_to(secret, 'UTF8'), 'base64') $$;

create or replace function vault.create_secret(
  new_secret text, new_name text default null, new_description text default '', new_key_id uuid default null
) returns uuid
language sql security definer set search_path = '' as $$
  insert into vault.secrets (secret, name, description)
  values (vault._encode_secret(new_secret), new_name, new_description)
  returning id
$$;

create or replace function vault.update_secret(
  secret_id uuid, new_secret text default null, new_name text default null,
  new_description text default null, new_key_id uuid default null
) returns void
language sql security definer set search_path = '' as $$
  update vault.secrets
  set secret = coalesce(vault._encode_secret(new_secret), secret),
    name = coalesce(new_name, name),
    description = coalesce(new_description, description),
    updated_at = now()
  where id = secret_id
$$;

revoke all on function vault._crypto_aead_det_noncegen, vault._encode_secret, vault.create_secret,
  vault.update_secret from public;

-- What the platform grants when the extension is created.
do $$
begin
  if exists (select from pg_catalog.pg_roles where rolname = 'postgres') then
    grant usage on schema vault to postgres with grant option;
    grant select, delete, truncate, references on vault.secrets, vault.decrypted_secrets
      to postgres with grant option;
    grant execute on function vault.create_secret, vault.update_secret to postgres with grant option;
  end if;
  if exists (select from pg_catalog.pg_roles where rolname = 'service_role') then
    grant usage on schema vault to service_role;
    grant select, delete on vault.secrets, vault.decrypted_secrets to service_role;
    grant execute on function vault.create_secret, vault.update_secret to service_role;
  end if;
end
$$;
