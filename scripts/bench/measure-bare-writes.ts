/** The least that storing a stream can cost: one row a stream and flush, all streams in one statement, and nothing else. */
import type { DatabaseMeter } from "./database-meter.ts";

export interface BareWritesPlan {
  streams: number;
  /** A flush holds so many of each stream. */
  tokensPerFlush: number;
}

const FLUSHES = 100;
const TOKEN = " word";

/** WAL bytes a token. */
export async function measureBareWrites(
  { sql, checkpoint }: DatabaseMeter,
  { streams, tokensPerFlush }: BareWritesPlan,
): Promise<number> {
  const deltas = Array.from({ length: tokensPerFlush }, () => TOKEN);
  const chunks = JSON.stringify([{ type: "text-delta", id: "1", deltas }]);
  await sql`create schema bench`;
  await sql`
    create table bench.flushes (
      session_id uuid not null, seq_from bigint not null, seq_to bigint not null, turn_id uuid not null,
      chunks jsonb not null, primary key (session_id, seq_from)
    )`;
  await sql`create table bench.streams as select gen_random_uuid() as id from generate_series(1, ${streams})`;
  await checkpoint();
  const [before] = await sql`select pg_current_wal_lsn() as lsn`;
  for (let flush = 0; flush < FLUSHES; flush++) {
    const seq = flush * tokensPerFlush;
    await sql`
      insert into bench.flushes
      select id, ${seq}, ${seq + tokensPerFlush - 1}, id, ${chunks}::text::jsonb from bench.streams`;
  }
  const [after] = await sql`select (pg_current_wal_lsn() - ${before!.lsn}::pg_lsn)::float8 as bytes`;
  await sql`drop schema bench cascade`;
  return after!.bytes / (FLUSHES * tokensPerFlush * streams);
}
