/** How Postgres sees a session that does not get on; for findings. */
import type { Sql } from "postgres";

export async function readTurnFacts(
  sql: Sql,
  { sessionId, turnId }: { sessionId: string; turnId: string | undefined },
): Promise<Record<string, unknown>> {
  const [lease] = await sql`
    select epoch::integer, private.last_seq_of(leases)::integer as last_seq, worker_key is not null as is_led,
      round(extract(epoch from expires_at - clock_timestamp()))::integer as expires_in_s, end_requested
    from private.leases where session_id = ${sessionId}`;
  const turns = await sql`
    select turn_id, status, attempts, user_seq::integer from private.turns
    where session_id = ${sessionId} and (status in ('queued', 'running', 'waiting') or turn_id = ${
    turnId ?? null
  })
    order by user_seq`;
  const attachments = await sql`
    select worker_id, round(extract(epoch from expires_at - clock_timestamp()))::integer as expires_in_s
    from private.attachments where session_id = ${sessionId}`;
  const commands = await sql`
    select payload ->> 'type' as type, submitted_at from private.commands
    where session_id = ${sessionId} and acked_at is null`;
  const buffer = await sql`
    select seq_from::integer, seq_to::integer, turn_id, chunks::text as chunks from private.stream_buffer
    where session_id = ${sessionId} order by seq_from desc limit 3`;
  return {
    lease,
    turns: [...turns],
    attachments: [...attachments],
    commands: [...commands],
    buffer: [...buffer],
  };
}
