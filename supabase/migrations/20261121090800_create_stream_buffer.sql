-- No foreign key: its check would lock the session's row, and write that down, with each flush.
create table private.stream_buffer (
  session_id uuid not null,
  seq_from bigint not null,
  seq_to bigint not null,
  turn_id uuid not null,
  chunks jsonb not null,
  primary key (session_id, seq_from)
);
comment on table private.stream_buffer is 'Chunks of answers, one row a flush, until the finished message has replaced them (K9).';
comment on column private.stream_buffer.chunks is 'As pack-chunks.ts writes them: neighbouring deltas of one part share an entry.';
alter table private.stream_buffer enable row level security;

-- security definer: whoever may delete a session or its user does not see the private schema.
create function private.on_session_deleted() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from private.stream_buffer where session_id = old.session_id;
  return null;
end;
$$;
revoke execute on function private.on_session_deleted from public;

create trigger sessions_deleted_take_their_chunks
  after delete on public.sessions
  for each row execute function private.on_session_deleted();
