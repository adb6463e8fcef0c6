-- Where the answer to an end was lost and somebody reopened the session meanwhile, the same end again was answered like any
-- append: its leader held the session for ended and refused whatever was said in it, and its user waited for the end.
create or replace function private.close_sessions(p_judged private.judged_batch[]) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_judged private.judged_batch;
  v_session public.sessions;
  v_ended jsonb := '{}';
  v_ending jsonb;
begin
  foreach v_judged in array p_judged loop
    if v_judged.verdict = 'fresh' and v_judged.batch ? 'end' then
      v_ending := private.end_session(
        v_judged.session_id, v_judged.batch #>> '{end,reason}', (v_judged.batch #>> '{end,onlyIfUnattached}')::boolean
      );
    elsif v_judged.verdict = 'repeated' and v_judged.batch ? 'end' then
      -- Nothing can have been said since: it would come after this batch.
      select * into v_session from public.sessions
      where session_id = v_judged.session_id
        and end_time is not null
        and (status = 'ended' or not (v_judged.batch #>> '{end,onlyIfUnattached}')::boolean);
      v_ending := case when found then private.ending_of(v_session) end;
    else
      continue;
    end if;
    if v_ending is not null then
      v_ended := v_ended || jsonb_build_object(v_judged.session_id::text, v_ending);
    end if;
  end loop;
  return v_ended;
end;
$$;
