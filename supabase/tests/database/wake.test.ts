/** SQL cannot run a model: the sweep asks functions/session for a worker where there is work and nobody to do it (K14). */
import { assertEquals } from "@std/assert";
import {
  answerEvent,
  appendOk,
  ATTACHMENT_MS,
  lead,
  LEASE_MS,
  startAnswer,
  turnChange,
} from "../../functions/_shared/store/contract/drive.ts";
import { type DatabaseTest, databaseTests } from "./testing/database-tests.ts";
import { holdRequests } from "./testing/hold-requests.ts";
import { openScene } from "./testing/open-scene.ts";
import type { TestDatabase } from "./testing/open-test-database.ts";

async function requestsFor({ sql }: TestDatabase, sessionId: string) {
  return await sql<{ url: string; headers: Record<string, string>; body: string }[]>`
    select url, headers, body from private.test_requests
    where url like '%/session/wake' and body like ${`%${sessionId}%`}`;
}

/** An answer is under way, and its worker has not been heard of for so long that its connections are gone. */
async function loseWorker(database: TestDatabase) {
  const scene = await openScene(database);
  const { epoch } = await lead(scene);
  await startAnswer(scene, { epoch, seqFrom: 7 });
  await scene.world.passTime(ATTACHMENT_MS + 1);
  return scene;
}

const tests: DatabaseTest[] = [
  [
    "[K14] an answer without a worker and without a socket wakes one, with a secret of its own",
    async (database) => {
      await holdRequests(database);
      const scene = await loseWorker(database);

      await scene.world.sweep();

      const requests = await requestsFor(database, scene.sessionId);
      assertEquals(
        requests.map(({ url, headers, body }) => [url, headers["x-parley-secret"], JSON.parse(body)]),
        [[
          `${database.stack.apiUrl}/functions/v1/session/wake`,
          database.stack.functionSecrets.WAKE_SECRET,
          { session_id: scene.sessionId },
        ]],
      );
    },
  ],

  ["[K14] a lost request is repeated by a later sweep, until a worker leads", async (database) => {
    await holdRequests(database);
    const scene = await loseWorker(database);

    await scene.world.sweep();
    await scene.world.sweep();
    await scene.world.passTime(2_000);
    await scene.world.sweep();
    await scene.world.store.claimSession({ sessionId: scene.sessionId, workerId: "woken" });
    await scene.world.sweep();

    assertEquals((await requestsFor(database, scene.sessionId)).length, 2);
  }],

  ["a session with a socket is left to the worker of that socket", async (database) => {
    await holdRequests(database);
    const scene = await openScene(database);
    const { epoch } = await lead(scene);
    await startAnswer(scene, { epoch, seqFrom: 7 });
    await scene.world.passTime(LEASE_MS + 1);

    await scene.world.sweep();

    assertEquals((await requestsFor(database, scene.sessionId)).length, 0);
  }],

  ["[K14] a command that nobody applies wakes a worker, one that was applied does not", async (database) => {
    await holdRequests(database);
    const scene = await openScene(database);
    const { sessionId, userId, world } = scene;
    await world.passTime(ATTACHMENT_MS + 1);
    await world.sweep();
    const before = await requestsFor(database, sessionId);
    const command = { type: "message.create", id: crypto.randomUUID(), text: "Hi", onBusy: "queue" } as const;
    await world.store.submitCommand({ sessionId, userId, command });
    await world.passTime(2_001);

    await world.sweep();

    assertEquals([before.length, (await requestsFor(database, sessionId)).length], [0, 1]);
  }],

  ["[K15] what nobody decides about in time is denied once, by whoever is woken for it", async (database) => {
    const scene = await openScene(database);
    const { sessionId, world } = scene;
    const { epoch } = await lead(scene);
    const turn = await startAnswer(scene, { epoch, seqFrom: 7 });
    const approvalId = crypto.randomUUID();
    const part = {
      type: "tool-order",
      toolCallId: "c",
      state: "approval-requested",
      approval: { id: approvalId },
    };
    const message = { id: turn.messageId, role: "assistant", parts: [part] };
    const asked = { ...answerEvent({ seq: 8, seqTo: 11, messageId: turn.messageId }), data: { message } };
    const turns = [turnChange(turn, "waiting", 7)];
    await appendOk(scene, { epoch, seqFrom: 12, events: [asked], turns, release: true });

    await world.sweep();
    const early = await database.sql`select 1 from private.commands where session_id = ${sessionId}`;
    await database.sql`update private.settings set value = 0 where name = 'decision_ms'`;
    await world.sweep();
    await world.sweep();

    const commands = await database.sql`
      select payload, user_id from private.commands where session_id = ${sessionId}`;
    assertEquals(early.length, 0);
    assertEquals(commands.map(({ payload, user_id }) => [payload.approvalId, payload.approved, user_id]), [
      [approvalId, false, scene.userId],
    ]);
  }],

  [
    "[K15] a turn whose denial was refused is cancelled, and ended without a leader where that is refused too",
    async (database) => {
      const { sql } = database;
      await sql`update private.settings set value = 0 where name = 'decision_ms'`;
      const scene = await openScene(database);
      const { sessionId, world } = scene;
      const { epoch } = await lead(scene);
      const turn = await startAnswer(scene, { epoch, seqFrom: 7 });
      const part = {
        ...{ type: "tool-order", toolCallId: "c", state: "approval-requested" },
        approval: { id: "no uuid" },
      };
      const message = { id: turn.messageId, role: "assistant", parts: [part] };
      const asked = { ...answerEvent({ seq: 8, seqTo: 11, messageId: turn.messageId }), data: { message } };
      await appendOk(scene, { epoch, seqFrom: 12, events: [asked], turns: [turnChange(turn, "waiting", 7)] });
      const commands = async () =>
        (await sql<{ id: string; type: string }[]>`
          select command_id as id, payload ->> 'type' as type from private.commands
          where session_id = ${sessionId} order by id`).map(({ id, type }) => ({ id, type }));
      const refuseAll = async () => {
        const acks = (await commands()).map(({ id }) => ({
          ...{ commandId: id, seq: null, refusal: "nothing_to_answer" },
        }));
        await appendOk(scene, { epoch, seqFrom: 12, acks });
      };

      await world.sweep();
      await refuseAll();
      await world.sweep();
      await refuseAll();
      await world.sweep();
      const whileLed = await world.inspect(sessionId);
      await appendOk(scene, { epoch, seqFrom: 12, release: true });
      await world.sweep();

      assertEquals((await commands()).map(({ type }) => type).toSorted(), ["tool.approve", "turn.cancel"]);
      assertEquals((await commands()).some(({ id }) => id === turn.turnId), true);
      const statusOf = ({ turns }: typeof whileLed) =>
        turns.find(({ turnId }) => turnId === turn.turnId)?.status;
      assertEquals([statusOf(whileLed), statusOf(await world.inspect(sessionId))], ["waiting", "cancelled"]);
    },
  ],

  ["[K15] a turn that waits for its user in vain is given up", async (database) => {
    const scene = await openScene(database);
    const { sessionId, world } = scene;
    const { epoch } = await lead(scene);
    const turn = await startAnswer(scene, { epoch, seqFrom: 7 });
    const event = answerEvent({ seq: 8, seqTo: 11, messageId: turn.messageId });
    const turns = [turnChange(turn, "waiting", 7)];
    await appendOk(scene, { epoch, seqFrom: 12, events: [event], turns, release: true });
    await database.sql`update private.settings set value = 0 where name = 'decision_ms'`;

    await world.sweep();

    const commands = await database.sql`
      select payload, target_turn_id from private.commands where session_id = ${sessionId}`;
    assertEquals(commands.map(({ payload, target_turn_id }) => [payload.type, target_turn_id]), [
      ["turn.cancel", turn.turnId],
    ]);
  }],

  ["a missing Vault value does not keep the sweep from its other steps", async (database) => {
    await holdRequests(database);
    const scene = await loseWorker(database);
    await database.sql`delete from vault.secrets where name = 'wake_secret'`;
    for (let wake = 0; wake < 4; wake++) {
      await scene.world.passTime(20_000);
      await scene.world.sweep();
    }

    const { turns } = await scene.world.inspect(scene.sessionId);
    assertEquals(turns.map(({ status }) => status).toSorted(), ["completed", "interrupted"]);
  }],
];

databaseTests("Wake", tests);
