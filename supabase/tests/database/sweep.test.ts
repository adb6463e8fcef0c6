/** What one round of the sweep takes on, however much there is to do (R7, R8). */
import { assertEquals } from "@std/assert";
import {
  answerEvent,
  appendOk,
  ATTACHMENT_MS,
  createScene,
  GRACE_MS,
  lead,
  startAnswer,
  turnChange,
} from "../../functions/_shared/store/contract/drive.ts";
import { type DatabaseTest, databaseTests } from "./testing/database-tests.ts";
import type { TestDatabase } from "./testing/open-test-database.ts";
import { createPostgresWorld } from "./testing/postgres-world.ts";

/** Sessions that their worker left behind, the first one first. */
async function abandon({ sql, server }: TestDatabase, count: number) {
  const world = await createPostgresWorld({ sql, client: server });
  const sessionIds: string[] = [];
  for (let index = 0; index < count; index++) {
    const scene = await createScene(world);
    await lead(scene);
    await world.passTime(1_000);
    sessionIds.push(scene.sessionId);
  }
  await sql`update private.settings set value = 2 where name = 'sweep_limit'`;
  return { world, sessionIds };
}

/** Sessions with an answer that has asked its user something, the oldest first; two of them are a round. */
async function ask({ sql, server }: TestDatabase, count: number) {
  const world = await createPostgresWorld({ sql, client: server });
  const sessionIds: string[] = [];
  for (let index = 0; index < count; index++) {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const turn = await startAnswer(scene, { epoch });
    const approval = { id: crypto.randomUUID() };
    const part = { type: "tool-order", toolCallId: "c", state: "approval-requested", approval };
    const message = { id: turn.messageId, role: "assistant", parts: [part] };
    const asked = { ...answerEvent({ seq: 2, seqTo: 5, messageId: turn.messageId }), data: { message } };
    const turns = [turnChange(turn, "waiting")];
    await appendOk(scene, { epoch, seqFrom: 6, events: [asked], turns, release: true });
    sessionIds.push(scene.sessionId);
  }
  await sql`update private.settings set value = 0 where name = 'decision_ms'`;
  await sql`update private.settings set value = 2 where name = 'sweep_limit'`;
  const deny = () => sql`select private.expire_waiting_turns() as count`.then(([row]) => row!.count);
  const denied = async () => {
    const rows = await sql<{ id: string }[]>`select session_id as id from private.commands
      where session_id = any (${sessionIds})`;
    return rows.map(({ id }) => sessionIds.indexOf(id)).toSorted();
  };
  return { sessionIds, deny, denied };
}

const tests: DatabaseTest[] = [
  [
    "[K5] a round detaches and ends so many sessions, oldest first, and the next ones the rest",
    async (database) => {
      const { sql } = database;
      const { world, sessionIds } = await abandon(database, 5);
      const detached = async () =>
        await sql`select private.expire_attachments() as count`.then(([row]) => row!.count);
      const ended = async () => {
        const [row] = await sql`select private.end_abandoned_sessions() as count`;
        const rows = await sql<{ id: string }[]>`select session_id as id from public.sessions
        where status = 'ended' and session_id = any (${sessionIds})`;
        return [row!.count, rows.map(({ id }) => sessionIds.indexOf(id)).toSorted()];
      };

      await world.passTime(ATTACHMENT_MS + GRACE_MS);
      const rounds = [await detached(), await ended(), await detached(), await detached(), await detached()];
      const later = [await ended(), await ended(), await ended()];

      assertEquals(rounds, [2, [2, [0, 1]], 2, 1, 0]);
      assertEquals(later, [[2, [0, 1, 2, 3]], [1, [0, 1, 2, 3, 4]], [0, [0, 1, 2, 3, 4]]]);
    },
  ],

  ["[R8] a round asks for so many summaries, those that have waited longest first", async (database) => {
    const { sql } = database;
    const { sessionIds } = await abandon(database, 3);
    await sql`insert into private.summary_jobs (session_id, ending_number, end_seq, next_attempt_at)
      select id, 1, 1, now() - ordinality * interval '1 minute'
      from unnest(${sessionIds}::uuid[]) with ordinality as given (id, ordinality)`;

    const counts: number[] = [];
    const asked: number[][] = [];
    for (let round = 0; round < 2; round++) {
      const [row] = await sql<{ count: number }[]>`select private.retry_summaries() as count`;
      const rows = await sql<{ id: string }[]>`select session_id as id from private.summary_jobs
        where attempts > 0 and session_id = any (${sessionIds})`;
      counts.push(row!.count);
      asked.push(rows.map(({ id }) => sessionIds.indexOf(id)).toSorted());
    }

    assertEquals([counts, asked], [[2, 1], [[1, 2], [0, 1, 2]]]);
  }],

  [
    "[K15] a round denies so much of what nobody decides, oldest first, and the next ones the rest",
    async (database) => {
      const { deny, denied } = await ask(database, 5);

      const rounds = [];
      for (let round = 0; round < 4; round++) rounds.push([await deny(), await denied()]);

      assertEquals(rounds, [[2, [0, 1]], [2, [0, 1, 2, 3]], [1, [0, 1, 2, 3, 4]], [0, [0, 1, 2, 3, 4]]]);
    },
  ],

  [
    "[K15] a session that somebody holds is denied in a later round, and the others do not wait for it",
    async (database) => {
      const { sessionIds, deny, denied } = await ask(database, 2);

      let during: number[] = [];
      await database.sql.begin(async (transaction) => {
        await transaction`select 1 from private.leases where session_id = ${sessionIds[0]!} for update`;
        await deny();
        during = await denied();
      });
      await deny();

      assertEquals([during, await denied()], [[1], [0, 1]]);
    },
  ],
];

databaseTests("Sweep", tests);
