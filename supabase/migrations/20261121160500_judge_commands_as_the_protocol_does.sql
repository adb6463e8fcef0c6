-- What came without a socket was measured in other units than what comes over one (K10).
create function private.is_protocol_uuid(p_text text) returns boolean
language sql immutable set search_path = ''
as $$
  select coalesce(
    p_text ~ '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$'
      or p_text in ('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
    false
  );
$$;
comment on function private.is_protocol_uuid is 'What z.uuid() takes for one: of a known version and variant, or the first, or the last.';

create function private.utf16_length(p_text text) returns integer
language sql immutable set search_path = ''
as $$
  select char_length(p_text) + regexp_count(p_text, '[\U00010000-\U0010FFFF]');
$$;
comment on function private.utf16_length is 'The length of a JavaScript string.';

create or replace function private.is_text(p_value jsonb, p_max_length integer, p_min_length integer default 0)
returns boolean
language sql immutable set search_path = ''
as $$
  select coalesce(
    jsonb_typeof(p_value) = 'string'
      and private.utf16_length(p_value #>> '{}') between p_min_length and p_max_length,
    false
  );
$$;

create or replace function private.are_input_values(p_values jsonb) returns boolean
language sql immutable set search_path = ''
as $$
  select case when jsonb_typeof(p_values) = 'object' then not exists (
    select from jsonb_each(p_values) as given (name, value)
    where private.utf16_length(name) > 200
      or not (jsonb_typeof(value) in ('number', 'boolean') or private.is_text(value, 2000))
  ) else false end;
$$;

create or replace function private.is_command(p_command jsonb) returns boolean
language sql immutable set search_path = ''
as $$
  select jsonb_typeof(p_command) = 'object'
    and private.is_protocol_uuid(p_command ->> 'id')
    and case p_command ->> 'type'
      when 'message.create' then
        p_command - array['type', 'id', 'text', 'onBusy'] = '{}'
        and private.is_text(p_command -> 'text', 32000, 1)
        and private.trim_text(p_command ->> 'text') <> ''
        and (not p_command ? 'onBusy' or p_command -> 'onBusy' in ('"queue"', '"interrupt"', '"reject"'))
      when 'turn.cancel' then
        p_command - array['type', 'id', 'turnId'] = '{}'
        and (not p_command ? 'turnId' or private.is_protocol_uuid(p_command ->> 'turnId'))
      when 'tool.approve' then
        p_command - array['type', 'id', 'approvalId', 'approved', 'reason'] = '{}'
        and private.is_text(p_command -> 'approvalId', 200, 1)
        and jsonb_typeof(p_command -> 'approved') is not distinct from 'boolean'
        and (not p_command ? 'reason' or private.is_text(p_command -> 'reason', 2000))
      when 'input.provide' then
        p_command - array['type', 'id', 'interruptId', 'values', 'declined'] = '{}'
        and private.is_text(p_command -> 'interruptId', 200, 1)
        and p_command ? 'values' <> p_command ? 'declined'
        and (not p_command ? 'values' or private.are_input_values(p_command -> 'values'))
        and (not p_command ? 'declined' or p_command -> 'declined' = 'true')
      when 'message.regenerate' then
        p_command - array['type', 'id', 'messageId'] = '{}'
        and private.is_text(p_command -> 'messageId', 200, 1)
      when 'session.end' then
        p_command - array['type', 'id'] = '{}'
      else false
    end;
$$;

revoke execute on function private.is_protocol_uuid, private.utf16_length from public;
