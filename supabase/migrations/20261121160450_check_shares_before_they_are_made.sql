-- Calls that met counted the same rows and passed the limit together; a label too long failed in words that told of its
-- row; a share that had run out was made.
create or replace function public.create_share(
  p_session_id uuid, p_label text default null, p_expires_at timestamptz default null
) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_code text := translate(rtrim(encode(extensions.gen_random_bytes(32), 'base64'), '='), '+/', '-_');
  v_label text := nullif(private.trim_text(p_label), '');
  v_share_id uuid;
begin
  perform private.require_owner(p_session_id);
  if char_length(v_label) > 100 then
    raise exception 'A label has at most 100 characters' using errcode = 'invalid_parameter_value';
  end if;
  if p_expires_at <= clock_timestamp() then
    raise exception 'A share expires in the future, or never' using errcode = 'invalid_parameter_value';
  end if;

  perform private.hold_limit('shares', p_session_id);
  if (
    select count(*) from public.session_shares as shares
    where session_id = p_session_id and private.is_share_valid(shares)
  ) >= private.setting('share_limit') then
    raise exception 'Cannot share session "%": it has too many open shares; revoke one first', p_session_id
      using errcode = 'program_limit_exceeded';
  end if;

  insert into public.session_shares (session_id, label, expires_at)
  values (p_session_id, v_label, p_expires_at)
  returning share_id into v_share_id;
  insert into private.share_codes (share_id, code_hash) values (v_share_id, sha256(convert_to(v_code, 'utf8')));
  return jsonb_build_object('shareId', v_share_id, 'code', v_code);
end;
$$;
