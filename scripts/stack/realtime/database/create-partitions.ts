/** The daily partitions of `realtime.messages`: without them `realtime.send()` loses what it is given. */

import type { Sql } from "postgres";

const DAYS_AHEAD = 3;
/** A partition is dropped when all of it is older. */
const RETENTION_DAYS = 3;

/** Yesterday's to that of three days ahead; older ones than the retention are dropped with their rows. */
export async function createPartitions(sql: Sql, { now = new Date() }: { now?: Date } = {}): Promise<void> {
  for (let offset = -1; offset <= DAYS_AHEAD; offset++) {
    const name = `realtime.${partitionOf(addDays(now, offset))}`;
    await sql.unsafe(`
      create table if not exists ${name} partition of realtime.messages
        for values from ('${dateOf(addDays(now, offset))}') to ('${dateOf(addDays(now, offset + 1))}');
      alter table ${name} owner to supabase_realtime_admin`);
  }
  const oldest = partitionOf(addDays(now, -RETENTION_DAYS));
  const outdated = await sql<{ name: string }[]>`
    select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'realtime.messages'::regclass and relname < ${oldest}`;
  for (const { name } of outdated) await sql`drop table realtime.${sql(name)}`;
}

function addDays(date: Date, days: number): Date {
  return new Date(date.getTime() + days * 24 * 60 * 60 * 1000);
}

function dateOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** As on the platform: `messages_2026_01_31`, so that names sort as dates. */
function partitionOf(date: Date): string {
  return `messages_${dateOf(date).replaceAll("-", "_")}`;
}
