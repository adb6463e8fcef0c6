/** What one round of the sweep takes on, however much there is to do (R7, R8). */
import { assertEquals } from "@std/assert";
import { ATTACHMENT_MS, createScene, GRACE_MS, lead } from "../../functions/_shared/store/contract/drive.ts";
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
];

databaseTests("Sweep", tests);
