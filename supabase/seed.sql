-- The demo account. Its sample orders and accounts come with its first session, as for every user.
insert into auth.users (
  instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
  confirmation_token, recovery_token, email_change, email_change_token_new, created_at, updated_at
)
values (
  '00000000-0000-0000-0000-000000000000',
  '5f0e2c1a-3b7d-4c58-9a6e-1d2f3a4b5c6d',
  'authenticated',
  'authenticated',
  'demo@parley.local',
  extensions.crypt('parley-demo', extensions.gen_salt('bf')),
  now(),
  '{"provider": "email", "providers": ["email"]}',
  '{"email_verified": true}',
  '', '', '', '',
  now(),
  now()
)
on conflict do nothing;

insert into auth.identities (
  id, provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at
)
select
  '6c1d9e7b-8f42-4a3b-b5d6-2e3f4a5b6c7d',
  users.id::text,
  users.id,
  jsonb_build_object('sub', users.id, 'email', users.email, 'email_verified', true),
  'email',
  now(),
  now(),
  now()
from auth.users
where users.email = 'demo@parley.local'
on conflict do nothing;
