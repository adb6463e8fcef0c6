/** What only a database with several connections can show: locks held by others, and calls that meet (K6, R1). */
import { assert, assertEquals } from "@std/assert";
import type { Sql, TransactionSql } from "postgres";
import {
  appendOk,
  attach,
  batchOf,
  createScene,
  lead,
  startAnswer,
  userEvent,
} from "../../functions/_shared/store/contract/drive.ts";
import type { AppendBatch, AppendOutcome } from "../../functions/_shared/store/session-store.ts";
import { asUser } from "./testing/as-user.ts";
import { type DatabaseTest, databaseTests } from "./testing/database-tests.ts";
import { createPostgresWorld } from "./testing/postgres-world.ts";

const tests: DatabaseTest[] = [
  ["[K6] a session whose row is locked is busy, and the others of the call do not wait", async (database) => {
    const { sql, server } = database;
    const world = await createPostgresWorld({ sql, client: server });
    const [locked, free] = [await createScene(world), await createScene(world)];
    for (const scene of [locked, free]) await lead(scene);
    const batches = [locked, free].map((scene) =>
      batchOf(scene, { epoch: 1, seqFrom: 1, events: [userEvent(1)] })
    );
    const append = () => world.store.append({ workerId: "worker-1", batches });

    let during: AppendOutcome[] = [];
    await sql.begin(async (transaction) => {
      await transaction`select 1 from private.leases where session_id = ${locked.sessionId} for update`;
      during = await append();
    });
    const after = await append();

    assertEquals(during.map(({ outcome }) => outcome), ["busy", "ok"]);
    assertEquals(after.map(({ outcome }) => outcome), ["ok", "ok"]);
    assertEquals((await world.inspect(free.sessionId)).log, ["user_message 1-1"]);
  }],

  ["[R1] a lease taken while its leader's speech commits begins behind that speech", async (database) => {
    const { sql, server } = database;
    const world = await createPostgresWorld({ sql, client: server });
    const scene = await createScene(world);
    const { sessionId } = scene;
    const { epoch } = await lead(scene);
    const { turnId } = await startAnswer(scene, { epoch });
    const chunkRuns = [{
      seqFrom: 6,
      seqTo: 7,
      turnId,
      chunks: [{ type: "start-step" }, { type: "finish-step" }],
    }];
    const content = { events: [], turns: [], acks: [], chunkRuns };
    const batches = [{ sessionId, epoch, batchId: "batch", seqFrom: 6, lastSeq: 7, ...content }];

    let claiming: ReturnType<typeof world.store.claimSession> | undefined;
    await sql.begin(async (transaction) => {
      await transaction`select public.append_events('worker-1', ${transaction.json(batches)})`;
      await sql`update private.leases set expires_at = '-infinity' where session_id = ${sessionId}`;
      claiming = world.store.claimSession({ sessionId, workerId: "worker-2" });
      await untilSomeoneWaits(sql);
    });
    const claimed = await claiming;

    assertEquals([claimed?.lease.role, claimed?.lease.epoch, claimed?.lease.lastSeq], ["leader", 2, 7]);
  }],

  [
    "speech that commits while its session is deleted goes with it, and later speech is fenced",
    async (database) => {
      const { sql, server } = database;
      const world = await createPostgresWorld({ sql, client: server });
      const scene = await createScene(world);
      const { sessionId } = scene;
      const { epoch } = await lead(scene);
      const turn = await startAnswer(scene, { epoch });
      const speech = (seqFrom: number) => {
        const chunks = [{ type: "text-delta" as const, id: "t", delta: "more" }];
        return batchOf(scene, { epoch, seqFrom, chunkRuns: [{ seqFrom, ...turn, chunks }] });
      };
      const { chunkRuns, ...batch } = speech(6);
      const stored = [{ ...batch, chunkRuns: chunkRuns.map((run) => ({ ...run, seqTo: 6 })) }];

      let deleting: Promise<unknown> | undefined;
      await sql.begin(async (transaction) => {
        await transaction`select public.append_events('worker-1', ${transaction.json(stored as never)})`;
        deleting = sql`delete from public.sessions where session_id = ${sessionId}`.execute();
        await untilSomeoneWaits(sql);
      });
      await deleting;
      const left = await sql`select 1 from private.stream_buffer where session_id = ${sessionId}`;
      const [late] = await world.store.append({ workerId: "worker-1", batches: [speech(7)] });

      assertEquals([left.length, late?.outcome], [0, "fenced"]);
      assertEquals(
        (await sql`select 1 from private.stream_buffer where session_id = ${sessionId}`).length,
        0,
      );
    },
  ],

  ["calls that meet pass no limit together", async (database) => {
    const { sql, server } = database;
    const world = await createPostgresWorld({ sql, client: server });
    const scene = await createScene(world);
    const { sessionId, userId } = scene;
    await lead(scene);
    const calls: Record<string, (user: Sql | TransactionSql) => PromiseLike<unknown>> = {
      share_limit: (user) => user`select public.create_share(${sessionId})`,
      command_limit: (user) =>
        user`select public.send_command(
          ${sessionId}, jsonb_build_object('type', 'session.end', 'id', gen_random_uuid())
        )`,
    };

    for (const [limit, call] of Object.entries(calls)) {
      const [setting] = await sql`select value from private.settings where name = ${limit}`;
      await sql`update private.settings set value = 1 where name = ${limit}`;
      let second: Promise<unknown> | undefined;
      await asUser({ sql, userId }, async (user) => {
        await call(user);
        second = asUser({ sql, userId }, call).then(() => "passed", (error: { code: string }) => error.code);
        await untilSomeoneWaits(sql);
      });
      assertEquals(await second, "54000", limit);
      await sql`update private.settings set value = ${setting?.value} where name = ${limit}`;
    }
  }],

  ["[K6] a batch whose id has the hash of the last one's is no repetition of it", async (database) => {
    const { sql, server } = database;
    const world = await createPostgresWorld({ sql, client: server });
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const turn = await startAnswer(scene, { epoch });
    const [alike] = await sql<{ ids: [string, string] }[]>`
      select array_agg(id::text) as ids from (
        select gen_random_uuid() as id from generate_series(1, 400000)
      ) as made group by hashtext(id::text) having count(*) > 1 limit 1`;
    const say = (index: 0 | 1, seqFrom: number, parts: Partial<AppendBatch> = {}) => {
      const chunks = [{ type: "text-delta" as const, id: "t", delta: "more" }];
      const chunkRuns = [{ seqFrom, ...turn, chunks }];
      return appendOk(scene, { epoch, seqFrom, batchId: alike!.ids[index], chunkRuns, ...parts });
    };
    const command = { type: "session.end" as const, id: crypto.randomUUID() };
    await world.store.submitCommand({ ...scene, command });

    await say(0, 6);
    const repeated = await say(0, 6);
    await say(1, 7);
    const afterSpeech = await world.store.readLog({ sessionId: scene.sessionId });
    const acked = await say(0, 8, { chunkRuns: [], acks: [{ commandId: command.id, seq: null }] });

    assertEquals([repeated.lastSeq, afterSpeech.lastSeq, acked.inbox], [6, 7, []]);
  }],

  [
    "[R1] workers that write, open, cancel, leave and sweep at once neither fail nor disorder the log",
    async (database) => {
      const { sql, server } = database;
      const world = await createPostgresWorld({ sql, client: server });
      const scenes = await Promise.all(Array.from({ length: 6 }, () => createScene(world)));
      for (const scene of scenes) await lead(scene);

      /** A worker that writes to every session it believes to lead, and takes what is free. */
      async function work(workerId: string): Promise<void> {
        for (let round = 0; round < 25; round++) {
          const pages = await Promise.all(scenes.map(({ sessionId }) => world.store.readLog({ sessionId })));
          const batches = scenes.map((scene, index) => {
            const { epoch, lastSeq } = pages[index]!;
            const seqFrom = lastSeq + 1;
            const release = round % 5 === 4;
            return batchOf(scene, {
              epoch,
              seqFrom,
              events: [userEvent(seqFrom)],
              ...(release ? { release } : {}),
            });
          });
          const scene = scenes[round % scenes.length]!;
          const { sessionId, userId } = scene;
          const connectionId = `${workerId}-${round}`;
          await Promise.all([
            world.store.append({ workerId, batches }),
            attach(scene, { workerId, connectionId }),
            world.store.submitCommand({
              sessionId,
              userId,
              command: { type: "turn.cancel", id: crypto.randomUUID() },
            }),
          ]);
          await world.store.detachConnection({ sessionId, workerId, connectionId, closeCode: 1000 });
          if (round % 8 === 0) await world.sweep();
        }
      }
      await Promise.all(["worker-1", "worker-2", "worker-3"].map(work));

      let takeoverCount = 0;
      for (const { sessionId } of scenes) {
        const { log } = await world.inspect(sessionId);
        const [lease] = await sql`select last_seq::integer, epoch::integer from private.leases
        where session_id = ${sessionId}`;
        assertEquals(log, log.map((_, index) => `user_message ${index + 1}-${index + 1}`));
        assertEquals(log.length, lease?.last_seq);
        assert(log.length > 0);
        takeoverCount += lease?.epoch - 1;
      }
      // Which sessions change hands is up to the race; that some do is what makes it one.
      assert(takeoverCount > 0);
    },
  ],
];

/** Resolves when a call waits for the lock of a session. */
async function untilSomeoneWaits(sql: Sql): Promise<void> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
    const [row] = await sql`select from pg_locks where locktype = 'advisory' and not granted`;
    if (row) return;
  }
  throw new Error("Waited in vain for a call that waits");
}

databaseTests("Concurrency", tests);
