-- A null or an endless key failed in words that told of the row behind it.
-- security definer: users may not write orders, only cancel their own under the rules below.
create or replace function public.cancel_order(p_order_id text, p_call_key text) returns jsonb
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

  if p_order_id is null or char_length(p_order_id) > 200 then
    raise exception 'Cannot cancel an order: its id has 1 to 200 characters' using errcode = 'invalid_parameter_value';
  end if;
  if p_call_key is null or char_length(p_call_key) > 200 then
    raise exception 'Cannot cancel an order: the key of the call has 1 to 200 characters'
      using errcode = 'invalid_parameter_value';
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
