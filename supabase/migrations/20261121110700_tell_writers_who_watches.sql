create or replace function private.outcomes_of(p_judged private.judged_batch[], p_ended jsonb, p_inboxes jsonb)
returns jsonb
language sql volatile set search_path = ''
as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object('sessionId', judged.session_id) || case judged.verdict
        when 'busy' then jsonb_build_object('outcome', 'busy')
        when 'gap' then jsonb_build_object('outcome', 'gap', 'lastSeq', judged.last_seq)
        when 'fenced' then jsonb_build_object(
          'outcome', 'fenced',
          'epoch', coalesce(judged.epoch, 0),
          'rewindTo', coalesce(
            (
              select min(start_seq) - 1 from private.lease_epochs
              where lease_epochs.session_id = judged.session_id
                and lease_epochs.epoch > (judged.batch ->> 'epoch')::bigint
            ),
            judged.last_seq,
            0
          )
        )
        else jsonb_build_object(
          'outcome', 'ok',
          'lastSeq', (judged.batch ->> 'lastSeq')::bigint,
          'inbox', coalesce(p_inboxes -> judged.session_id::text, '[]')
        ) || jsonb_strip_nulls(jsonb_build_object(
          'endRequested', leases.end_requested,
          'ended', p_ended -> judged.session_id::text,
          'topics', case
            when watches.session_id is not null
              then nullif(private.topics_since(watches, clock_timestamp()), '{}')
          end
        ))
      end
      order by judged.ordinal
    ),
    '[]'
  )
  from unnest(p_judged) as judged
    left join private.leases on leases.session_id = judged.session_id
    left join private.watches on watches.session_id = judged.session_id;
$$;
