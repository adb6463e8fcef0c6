create table private.order_cancellations (
  owner uuid not null references auth.users (id) on delete cascade,
  call_key text not null,
  result jsonb,
  created_at timestamptz not null default now(),
  primary key (owner, call_key)
);
comment on table private.order_cancellations is 'Makes cancel_order harmless to repeat: key and effect commit together (K12).';
alter table private.order_cancellations enable row level security;

-- security definer: users may not write orders, only cancel their own under the rules below.
create function public.cancel_order(p_order_id text, p_call_key text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_owner uuid := (select auth.uid());
  v_status text;
  v_result jsonb;
begin
  if v_owner is null then
    raise exception 'Cannot cancel an order: nobody is signed in' using errcode = 'insufficient_privilege';
  end if;

  insert into private.order_cancellations (owner, call_key) values (v_owner, p_call_key)
  on conflict do nothing;
  if not found then
    return (
      select result from private.order_cancellations where owner = v_owner and call_key = p_call_key
    );
  end if;

  select status into v_status from public.orders
  where owner = v_owner and order_id = p_order_id
  for update;

  v_result := case
    when v_status is null then
      jsonb_build_object('order_id', p_order_id, 'cancelled', false, 'reason', 'There is no such order.')
    when v_status = 'CANCELLED' then
      jsonb_build_object('order_id', p_order_id, 'cancelled', false, 'status', v_status,
        'reason', 'The order was cancelled before.')
    when v_status in ('SHIPPED', 'DELIVERED') then
      jsonb_build_object('order_id', p_order_id, 'cancelled', false, 'status', v_status,
        'reason', 'The order has already been ' || lower(v_status) || '.')
    else
      jsonb_build_object('order_id', p_order_id, 'cancelled', true, 'status', 'CANCELLED')
  end;

  if (v_result ->> 'cancelled')::boolean then
    update public.orders set status = 'CANCELLED', eta_days = null, updated_at = now()
    where owner = v_owner and order_id = p_order_id;
  end if;
  update private.order_cancellations set result = v_result where owner = v_owner and call_key = p_call_key;
  return v_result;
end;
$$;
comment on function public.cancel_order is 'Cancels one of the caller''s orders. The same key gives the same result and never cancels twice.';

revoke execute on function public.cancel_order from public, anon, service_role;
grant execute on function public.cancel_order to authenticated;
