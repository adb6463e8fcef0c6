/** `realtime.messages` as migrations, triggers and users meet it. */

import { assertEquals, assertRejects } from "@std/assert";
import postgres, { type Sql } from "postgres";
import type { Stack } from "../../start-stack.ts";
import { withStack } from "../../testing/with-stack.ts";
import { createPartitions } from "./create-partitions.ts";

interface Databases {
  /** As a migration connects. */
  owner: Sql;
  admin: Sql;
  warnings: string[];
}

async function withDatabases(run: (databases: Databases, stack: Stack) => Promise<void>): Promise<void> {
  await withStack(async (stack) => {
    const warnings: string[] = [];
    const owner = postgres(stack.dbUrl, { max: 1, onnotice: ({ message }) => warnings.push(message ?? "") });
    const admin = postgres(stack.adminDbUrl, { max: 1, onnotice: () => {} });
    try {
      await run({ owner, admin, warnings }, stack);
    } finally {
      await owner.end();
      await admin.end();
    }
  });
}

const POLICIES = `
  create policy "members receive" on realtime.messages for select to authenticated
    using ((select realtime.topic()) = 'room');
  create policy "members send" on realtime.messages for insert to authenticated
    with check (false);
  alter policy "members send" on realtime.messages with check (extension = 'broadcast');
  drop policy "members send" on realtime.messages;`;

Deno.test("migrations create, alter and drop policies on realtime.messages", () =>
  withDatabases(async ({ owner }) => {
    await owner.unsafe(POLICIES);

    const policies = await owner`select policyname from pg_policies where schemaname = 'realtime'`;
    assertEquals(Array.from(policies), [{ policyname: "members receive" }]);
  }));

Deno.test("migrations change nothing else in the schema realtime, as on the platform", () =>
  withDatabases(async ({ owner }) => {
    const refused = [
      "create table realtime.mine (id int)",
      "create function realtime.mine() returns int language sql as 'select 1'",
      "create index on realtime.messages (event)",
      "alter table realtime.messages add column mine int",
      "alter table realtime.messages disable row level security",
      "alter function realtime.topic() volatile",
      "create trigger mine after insert on realtime.messages for each row execute function realtime.announce_message()",
      "drop function realtime.send_binary(bytea, text, text, boolean)",
      "drop table realtime.messages",
    ];
    for (const statement of refused) {
      const error = await assertRejects(() => owner.unsafe(statement), Error, undefined, statement);
      assertEquals((error as { code?: string }).code, "42501", statement);
    }
    await assertRejects(() => owner`set role supabase_realtime_admin`, Error, "permission denied");
  }));

Deno.test("a security definer trigger of postgres sends, whoever fires it", () =>
  withDatabases(async ({ owner, admin }) => {
    await createPartitions(admin);
    await owner.unsafe(`
      create function public.announce_note() returns trigger
      language plpgsql security definer set search_path = '' as $$
      begin
        perform realtime.send(jsonb_build_object('title', new.title), 'note', 'notes', true);
        perform realtime.broadcast_changes('notes', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
        return null;
      end
      $$;
      create trigger announce_note after insert on public.notes
        for each row execute function public.announce_note();`);

    await admin.begin(async (transaction) => {
      const [demo] = await transaction`select id from auth.users limit 1`;
      const claims = JSON.stringify({ sub: demo?.id, role: "authenticated" });
      await transaction`select set_config('request.jwt.claims', ${claims}, true)`;
      await transaction`set local role authenticated`;
      await transaction`insert into public.notes (title) values ('hello')`;
    });

    const rows = await admin`
      select event, private, extension, payload ->> 'title' as title, payload -> 'record' ->> 'title' as record
      from realtime.messages where topic = 'notes' order by event`;
    assertEquals(Array.from(rows), [
      { event: "INSERT", private: true, extension: "broadcast", title: null, record: "hello" },
      { event: "note", private: true, extension: "broadcast", title: "hello", record: null },
    ]);
  }));

Deno.test("realtime.send() without a partition warns, and the transaction goes on", () =>
  withDatabases(async ({ owner, warnings }) => {
    const sent = await owner.begin(async (transaction) => {
      await transaction`select realtime.send('{}'::jsonb, 'event', 'topic')`;
      return await transaction`select 1 as one`;
    });

    assertEquals(Array.from(sent), [{ one: 1 }]);
    assertEquals(warnings, [
      'WarnSendingBroadcastMessage: no partition of relation "messages" found for row',
    ]);
  }));

Deno.test("a user who calls realtime.send() is judged by the policies", () =>
  withDatabases(async ({ owner, admin, warnings }) => {
    await createPartitions(admin);

    await owner.begin(async (transaction) => {
      await transaction`set local role authenticated`;
      await transaction`select realtime.send('{}'::jsonb, 'event', 'topic')`;
    });

    assertEquals(warnings, [
      'WarnSendingBroadcastMessage: new row violates row-level security policy for table "messages"',
    ]);
  }));

Deno.test("createPartitions() keeps yesterday to three days ahead, and drops what is past the retention", () =>
  withDatabases(async ({ admin }) => {
    await createPartitions(admin, { now: new Date("2026-01-28T23:00:00Z") });
    await createPartitions(admin, { now: new Date("2026-01-31T01:00:00Z") });

    const partitions = await admin`
      select relname from pg_class where relname like 'messages_2026%' and relkind = 'r' order by 1`;
    assertEquals(
      partitions.map(({ relname }) => relname),
      [28, 29, 30, 31].map((day) => `messages_2026_01_${day}`).concat(
        [1, 2, 3].map((day) => `messages_2026_02_0${day}`),
      ),
    );
  }));
