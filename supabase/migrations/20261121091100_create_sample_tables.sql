create table public.accounts (
  owner uuid not null references auth.users (id) on delete cascade,
  user_id text not null,
  currency text not null,
  balance numeric(12, 2) not null,
  primary key (owner, user_id)
);
comment on table public.accounts is 'Sample accounts for the balance tool; each user has their own.';
alter table public.accounts enable row level security;
revoke all on public.accounts from public, anon, authenticated, service_role;
grant select on public.accounts to authenticated, service_role;

create policy "users can read their own accounts" on public.accounts
  for select to authenticated
  using ((select auth.uid()) = owner);

create table public.orders (
  owner uuid not null references auth.users (id) on delete cascade,
  order_id text not null,
  status text not null check (status in ('PROCESSING', 'SHIPPED', 'DELIVERED', 'ON_HOLD', 'CANCELLED')),
  item text not null,
  eta_days integer,
  updated_at timestamptz not null default now(),
  primary key (owner, order_id)
);
comment on table public.orders is 'Sample orders for the order tools; each user has their own.';
alter table public.orders enable row level security;
revoke all on public.orders from public, anon, authenticated, service_role;
grant select on public.orders to authenticated, service_role;

create policy "users can read their own orders" on public.orders
  for select to authenticated
  using ((select auth.uid()) = owner);

create function private.give_sample_rows(p_user_id uuid) returns void
language sql volatile set search_path = ''
as $$
  insert into public.accounts (owner, user_id, currency, balance)
  values
    (p_user_id, 'user-1', 'USD', 1250.75),
    (p_user_id, 'user-2', 'EUR', 310.20)
  on conflict do nothing;

  insert into public.orders (owner, order_id, status, item, eta_days)
  values
    (p_user_id, 'ORD-1001', 'SHIPPED', 'Noise-cancelling headphones', 2),
    (p_user_id, 'ORD-1002', 'DELIVERED', 'Desk lamp', 0),
    (p_user_id, 'ORD-1003', 'PROCESSING', 'Standing desk', 6),
    (p_user_id, 'ORD-1004', 'ON_HOLD', 'Office chair', null)
  on conflict do nothing;
$$;
comment on function private.give_sample_rows is 'Gives a user the sample rows they do not have yet.';
revoke execute on function private.give_sample_rows from public;
