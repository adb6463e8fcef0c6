alter table public.sessions add column summary_read boolean not null default true;
comment on column public.sessions.summary_read is 'False from the moment a summary is stored until the owner says that it was read.';

grant update (summary_read) on public.sessions to authenticated;
alter policy "users can rename their own sessions" on public.sessions
  rename to "users can rename their own sessions and mark their summaries read";

create or replace function private.set_summary_status(p_job private.summary_jobs, p_status text) returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  update public.sessions
  set summary_status = p_status,
    summary = case when p_status = 'done' then p_job.summary else summary end,
    summary_read = summary_read and p_status <> 'done'
  where session_id = p_job.session_id and ending_number = p_job.ending_number;
  return found;
end;
$$;
