/** Policies on `realtime.messages` that obey a table, made as a migration makes them, and removed at the end. */
import postgres, { type Sql } from "postgres";

export interface Allowance {
  topic: string;
  userId: string;
  /** Default: both. */
  extension?: "broadcast" | "presence";
  /** Default: both. */
  action?: "receive" | "send";
}

export interface TopicAccess {
  /** As `postgres`. */
  readonly sql: Sql;
  allow(allowance: Allowance): Promise<void>;
  /** Takes back all that was allowed on the topic. */
  revoke(topic: string): Promise<void>;
  close(): Promise<void>;
}

/** A topic on which the policies fail. */
export const BROKEN_TOPIC = "conformance:broken";

const REMOVE = `
  drop policy if exists "conformance: may receive" on realtime.messages;
  drop policy if exists "conformance: may send" on realtime.messages;
  drop policy if exists "conformance: fails" on realtime.messages;
  drop schema if exists conformance cascade;`;

const isAllowed = (action: string) =>
  `exists (
  select from conformance.allowances as allowed
  where allowed.topic = (select realtime.topic()) and allowed.user_id = (select auth.uid())
    and allowed.extension = messages.extension and allowed.action = '${action}'
)`;

const CREATE = `
  create schema conformance;
  grant usage on schema conformance to authenticated;
  create table conformance.allowances (topic text, user_id uuid, extension text, action text);
  grant select on conformance.allowances to authenticated;
  create policy "conformance: may receive" on realtime.messages
    for select to authenticated using (${isAllowed("receive")});
  create policy "conformance: may send" on realtime.messages
    for insert to authenticated with check (${isAllowed("send")});
  create policy "conformance: fails" on realtime.messages
    for select to authenticated
    using (case when (select realtime.topic()) = '${BROKEN_TOPIC}' then (select realtime.topic())::uuid is null end);`;

export async function openAccess(dbUrl: string): Promise<TopicAccess> {
  const sql = postgres(dbUrl, { max: 2, fetch_types: false, onnotice: () => {} });
  await sql.unsafe(REMOVE + CREATE);
  return {
    sql,
    async allow({ topic, userId, extension, action }) {
      for (const one of extension ? [extension] : ["broadcast", "presence"]) {
        for (const way of action ? [action] : ["receive", "send"]) {
          await sql`insert into conformance.allowances values (${topic}, ${userId}, ${one}, ${way})`;
        }
      }
    },
    async revoke(topic) {
      await sql`delete from conformance.allowances where topic = ${topic}`;
    },
    async close() {
      await sql.unsafe(REMOVE);
      await sql.end();
    },
  };
}
