/** Retention: what is kept only for a while, and what a reader with an old cursor gets then (K3). */
import { assertEquals } from "@std/assert";
import { appendOk, lead, userEvent } from "../../functions/_shared/store/contract/drive.ts";
import { type DatabaseTest, databaseTests } from "./testing/database-tests.ts";
import { openScene } from "./testing/open-scene.ts";
import type { TestDatabase } from "./testing/open-test-database.ts";

async function makeOlder({ sql }: TestDatabase, sessionId: string): Promise<void> {
  await sql`alter table public.session_events disable trigger session_events_are_append_only`;
  await sql`update public.session_events set created_at = now() - interval '2 hours' where session_id = ${sessionId}`;
  await sql`alter table public.session_events enable trigger session_events_are_append_only`;
}

const tests: DatabaseTest[] = [
  ["events are kept for ever unless a setting says otherwise", async (database) => {
    const { world, sessionId } = await openScene(database);
    await makeOlder(database, sessionId);

    await database.sql`select private.prune()`;

    assertEquals((await world.inspect(sessionId)).log.length, 2);
  }],

  ["[K3] a cursor below what retention kept gets a snapshot, one above goes on", async (database) => {
    const scene = await openScene(database);
    const { world, sessionId } = scene;
    const { sql } = database;
    await makeOlder(database, sessionId);
    await appendOk(scene, { epoch: 1, seqFrom: 7, events: [userEvent(7)] });
    await sql`update private.settings set value = 3600000 where name = 'event_keep_ms'`;

    await sql`select private.prune()`;

    const below = await world.store.readLog({ sessionId, cursor: { epoch: 1, seq: 3 } });
    const above = await world.store.readLog({ sessionId, cursor: { epoch: 1, seq: 6 } });
    assertEquals([below.resume, below.items.length], [{ kind: "snapshot" }, 1]);
    assertEquals([above.resume, above.items.length], [{ kind: "replay" }, 1]);
    await sql`update private.settings set value = null where name = 'event_keep_ms'`;
  }],

  ["settled commands are forgotten after their time, waiting ones never", async (database) => {
    const scene = await openScene(database);
    const { world, sessionId, userId } = scene;
    const commands = [0, 1].map(() => ({ type: "session.end" as const, id: crypto.randomUUID() }));
    for (const command of commands) await world.store.submitCommand({ sessionId, userId, command });
    await appendOk(scene, { epoch: 1, seqFrom: 7, acks: [{ commandId: commands[0]!.id, seq: null }] });
    await database.sql`update private.commands set acked_at = acked_at - interval '8 days',
      submitted_at = submitted_at - interval '8 days'`;

    await database.sql`select private.prune()`;

    const left = await database.sql`select command_id from private.commands where session_id = ${sessionId}`;
    assertEquals(left.map((row) => row.command_id), [commands[1]!.id]);
  }],

  ["[K3] past epochs are forgotten after their time, the current one never", async (database) => {
    const scene = await openScene(database);
    await appendOk(scene, { epoch: 1, seqFrom: 7, release: true });
    await lead(scene, "worker-2");
    await database.sql`update private.lease_epochs set claimed_at = claimed_at - interval '8 days'`;

    await database.sql`select private.prune()`;

    const page = (epoch: number) =>
      scene.world.store.readLog({ sessionId: scene.sessionId, cursor: { epoch, seq: 6 } });
    assertEquals([(await page(1)).resume.kind, (await page(2)).resume.kind], ["snapshot", "replay"]);
  }],

  [
    "speech of a session that is gone is dropped, and a session of that id begins without it",
    async (database) => {
      const { sql } = database;
      const { world, userId } = await openScene(database);
      const [pruned, reborn] = [crypto.randomUUID(), crypto.randomUUID()];
      const orphan = (sessionId: string) =>
        sql`insert into private.stream_buffer (session_id, seq_from, seq_to, turn_id, chunks)
        values (${sessionId}, 1, 9, gen_random_uuid(), '[]')`;
      for (const sessionId of [pruned, reborn]) await orphan(sessionId);

      const request = { sessionId: reborn, userId, workerId: "worker-1", connectionId: "c" };
      const opened = await world.store.openSession(request);
      await sql`select private.prune()`;

      const left = await sql`select 1 from private.stream_buffer where session_id in (${pruned}, ${reborn})`;
      assertEquals(opened.outcome === "opened" && opened.lease.lastSeq, 0);
      assertEquals(left.length, 0);
    },
  ],

  ["a round forgets so many rows of a kind, oldest first, and the next ones the rest", async (database) => {
    const { sql } = database;
    const { sessionId, userId } = await openScene(database);
    await sql`update private.settings set value = 2 where name = 'prune_limit'`;
    await sql`insert into private.commands (session_id, command_id, user_id, payload, acked_at)
      select ${sessionId}, gen_random_uuid(), ${userId}, to_jsonb(age), now() - age * interval '8 days'
      from generate_series(1, 3) as age`;

    const left: number[][] = [];
    for (let round = 0; round < 2; round++) {
      await sql`select private.prune()`;
      const rows = await sql<{ age: number }[]>`select payload as age from private.commands
        where session_id = ${sessionId}`;
      left.push(rows.map(({ age }) => age));
    }

    assertEquals(left, [[1], []]);
    await sql`update private.settings set value = 20000 where name = 'prune_limit'`;
  }],

  [
    "retention goes on in the next round, and does not wait for a session that somebody holds",
    async (database) => {
      const { sql } = database;
      const [held, free] = [await openScene(database), await openScene(database)];
      for (const { sessionId } of [held, free]) await makeOlder(database, sessionId);
      await sql`update private.settings set value = 3600000 where name = 'event_keep_ms'`;
      const logs = async () => {
        const facts = await Promise.all([held, free].map(({ world, sessionId }) => world.inspect(sessionId)));
        return facts.map(({ log, bufferRowCount, turns }) => [log.length, bufferRowCount, turns.length]);
      };
      await sql`update private.turns set finished_at = now() - interval '2 hours', is_trimmed = true
      where session_id in (${held.sessionId}, ${free.sessionId})`;

      let during: number[][] = [];
      await sql.begin(async (transaction) => {
        await transaction`select 1 from private.leases where session_id = ${held.sessionId} for update`;
        await sql.begin((other) => [other`set local lock_timeout = '2s'`, other`select private.prune()`]);
        during = await logs();
      });
      await sql`select private.prune()`;

      assertEquals(during.map(([log]) => log), [2, 0]);
      assertEquals(await logs(), [[0, 0, 0], [0, 0, 0]]);
      await sql`update private.settings set value = null where name = 'event_keep_ms'`;
    },
  ],

  ["one step of the sweep failing does not stop the others", async (database) => {
    await database.sql.unsafe(`
      create or replace function private.interrupt_orphaned_turns() returns integer
      language plpgsql set search_path = '' as $$ begin raise exception 'broken'; end $$;
    `);
    const [swept] = await database.sql<{ counts: Record<string, number> }[]>`
      select private.sweep_sessions() as counts`;

    assertEquals(Object.keys(swept?.counts ?? {}).toSorted(), [
      "end_abandoned_sessions",
      "expire_attachments",
      "expire_waiting_turns",
      "retry_summaries",
      "trim_stream_buffer",
      "wake_lost_sessions",
    ]);
  }],
];

databaseTests("Retention", tests);
