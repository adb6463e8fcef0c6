/** What was sent to Realtime: a topic keeps its messages only in a partition, which the first join would make. */
import type { Sql } from "postgres";

export interface Broadcast {
  topic: string;
  event: string;
  payload: Record<string, unknown>;
}

export async function keepBroadcasts(sql: Sql): Promise<void> {
  const [today] = await sql<{ exists: boolean }[]>`
    select exists (select from pg_inherits where inhparent = 'realtime.messages'::regclass)`;
  if (today?.exists) return;
  await sql`create table realtime.messages_of_the_test partition of realtime.messages
    for values from (minvalue) to (maxvalue)`;
}

/** In the order they were sent, without the id that Realtime adds. */
export async function broadcastsOn(sql: Sql, topic: string): Promise<Broadcast[]> {
  return await sql<Broadcast[]>`
    select topic, event, payload - 'id' as payload from realtime.messages
    where topic = ${topic} and private and extension = 'broadcast' order by inserted_at, ctid`;
}

/** Forgets what setting the scene has sent. */
export async function dropBroadcasts(sql: Sql): Promise<void> {
  await sql`delete from realtime.messages`;
}
