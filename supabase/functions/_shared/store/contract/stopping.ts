/** Turns that the database ends without a worker: what their readers are left with (R7). */
import { assert, assertEquals } from "@std/assert";
import type { Chunk, Message } from "../../protocol/mod.ts";
import type { ContractTest } from "../session-store-contract.ts";
import {
  answerEvent,
  appendOk,
  ATTACHMENT_MS,
  createScene,
  createTurn,
  detach,
  lead,
  LEASE_MS,
  ORPHAN_MS,
  type Scene,
  speech,
  startAnswer,
  turnChange,
  type TurnIds,
  userEvent,
} from "./drive.ts";

/** Nobody comes back, however often a worker is asked for. */
async function loseEverybody({ world }: Scene): Promise<void> {
  for (const waitMs of [LEASE_MS + ORPHAN_MS, 2_000, 4_000]) {
    await world.passTime(waitMs);
    await world.sweep();
  }
}

async function cancel({ world, sessionId, userId }: Scene, { turnId }: TurnIds) {
  await world.passTime(LEASE_MS + 1);
  const command = { type: "turn.cancel", id: crypto.randomUUID(), turnId } as const;
  return await world.store.submitCommand({ sessionId, userId, command });
}

function says(delta: string): Chunk[] {
  const id = "t";
  return [{ type: "text-start", id }, { type: "text-delta", id, delta }, { type: "text-end", id }];
}

async function answersOf({ world, sessionId }: Scene): Promise<Message[]> {
  const { items } = await world.store.readLog({ sessionId });
  return items.flatMap((item) =>
    item.kind === "message" && item.message.role === "assistant" ? [item.message] : []
  );
}

function withoutTime({ metadata: { createdAt, ...metadata } = {}, ...message }: Message): [Message, boolean] {
  return [{ ...message, metadata }, !Number.isNaN(Date.parse(createdAt ?? ""))];
}

/** The interrupted answer that never began. */
function silence({ messageId, turnId }: TurnIds, place: Message["metadata"]): [Message, boolean] {
  const metadata = { turnId, ...place, status: "interrupted", errorCode: "turn_interrupted" } as const;
  return [{ id: messageId, role: "assistant", metadata, parts: [] }, true];
}

export const stoppingTests: ContractTest[] = [
  ["[R7] questions that are interrupted in line get an answer that says so", async (world) => {
    const scene = await createScene(world);
    const { epoch, connectionId } = await lead(scene);
    const [first, second] = [createTurn(), createTurn()];
    await appendOk(scene, {
      epoch,
      seqFrom: 1,
      events: [userEvent(1), userEvent(2)],
      turns: [turnChange(first, "queued", 1), turnChange(second, "queued", 2)],
    });
    await detach(scene, { connectionId });

    await loseEverybody(scene);

    assertEquals((await answersOf(scene)).map(withoutTime), [
      silence(first, { replyTo: "user-1" }),
      silence(second, { replyTo: "user-2" }),
    ]);
    const { log, messageCount } = await world.inspect(scene.sessionId);
    assertEquals(log.slice(2), ["assistant_message 3-5", "assistant_message 6-8"]);
    assertEquals(messageCount, 4);
  }],

  ["[R7] an interrupted answer tells which earlier one it stands for", async (world) => {
    const scene = await createScene(world);
    const { epoch, connectionId } = await lead(scene);
    const [old, anew] = [createTurn(), createTurn()];
    const answer = answerEvent({ seq: 2, seqTo: 2, messageId: old.messageId });
    Object.assign(answer.data.message as Message, { metadata: { replyTo: "user-1" } });
    await appendOk(scene, {
      epoch,
      seqFrom: 1,
      events: [userEvent(1), answer],
      turns: [turnChange(old, "completed"), turnChange(anew, "queued")],
    });
    await detach(scene, { connectionId });

    await loseEverybody(scene);

    const [, message] = await answersOf(scene);
    assertEquals(
      message && withoutTime(message),
      silence(anew, { replyTo: "user-1", replaces: old.messageId }),
    );
  }],

  ["[R7] an answer that is cancelled while it waits in line again keeps its words", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const turn = createTurn();
    await appendOk(scene, {
      epoch,
      seqFrom: 1,
      events: [userEvent(1)],
      turns: [turnChange(turn, "queued")],
      chunkRuns: [{ seqFrom: 2, ...turn, chunks: speech(turn, "Hel", "lo") }],
    });

    const { seq } = await cancel(scene, turn);

    assertEquals(seq, 7);
    assertEquals(await answersOf(scene), [{
      id: turn.messageId,
      role: "assistant",
      metadata: { turnId: turn.turnId, status: "cancelled" },
      parts: [{ type: "text", text: "Hello", state: "done" }],
    }]);
  }],

  ["[K13] a stopped answer says again what its step had said before it began again", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const turn = createTurn();
    const steps: Chunk[] = [
      ...[{ type: "start", messageId: turn.messageId }, { type: "start-step" }] as const,
      ...says("an earlier step"),
      ...[{ type: "finish-step" }, { type: "start-step" }] as const,
      ...says("quite a lot"),
      { type: "reset-step" },
      ...says("less"),
    ];
    await appendOk(scene, {
      epoch,
      seqFrom: 1,
      events: [userEvent(1)],
      turns: [turnChange(turn, "running")],
      chunkRuns: [{ seqFrom: 2, ...turn, chunks: steps }],
    });

    await cancel(scene, turn);

    const [message] = await answersOf(scene);
    assertEquals(message?.parts, [
      { type: "step-start" },
      { type: "text", text: "an earlier step", state: "done" },
      { type: "step-start" },
      { type: "text", text: "quite a lot", state: "done" },
    ]);
  }],

  ["[K15] what a stopped answer had asked is denied", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const turn = createTurn();
    const input = { order: 1 };
    await appendOk(scene, {
      epoch,
      seqFrom: 1,
      events: [userEvent(1)],
      turns: [turnChange(turn, "running")],
      chunkRuns: [{
        seqFrom: 2,
        ...turn,
        chunks: [
          { type: "start", messageId: turn.messageId },
          { type: "tool-input-available", toolCallId: "c1", toolName: "cancel_order", input },
          { type: "tool-approval-request", approvalId: "a1", toolCallId: "c1" },
        ],
      }],
    });

    await cancel(scene, turn);

    const [message] = await answersOf(scene);
    const approval = { id: "a1", approved: false, reason: "Cancelled" };
    const call = { type: "tool-cancel_order", toolCallId: "c1", input } as const;
    assertEquals(JSON.parse(JSON.stringify(message?.parts)), [{ ...call, state: "output-denied", approval }]);
  }],

  ["[R7] a turn that nobody comes back for is interrupted, and its text kept", async (world) => {
    const scene = await createScene(world);
    const { epoch } = await lead(scene);
    const { turnId, messageId } = await startAnswer(scene, { epoch });

    await world.passTime(ATTACHMENT_MS + 1);
    await world.sweep();
    await world.passTime(2_000);
    await world.sweep();
    await world.passTime(LEASE_MS + ORPHAN_MS - ATTACHMENT_MS - 4_000);
    await world.sweep();
    const early = await world.inspect(scene.sessionId);
    await world.passTime(2_000);
    await world.sweep();
    const { turns } = await world.inspect(scene.sessionId);
    const { items } = await world.store.readLog({ sessionId: scene.sessionId, afterSeq: 1 });

    assertEquals(early.turns, [{ turnId, status: "running", attempts: 1 }]);
    assertEquals(turns, [{ turnId, status: "interrupted", attempts: 1 }]);
    assertEquals(items.map((item) => item.kind === "message" && item.message), [{
      id: messageId,
      role: "assistant",
      metadata: { status: "interrupted", turnId, errorCode: "turn_interrupted" },
      parts: [{ type: "text", text: "Hello", state: "done" }],
    }]);
  }],

  [
    "[K14] a turn that no worker was asked for yet is not interrupted, however long it waited",
    async (world) => {
      const scene = await createScene(world);
      const { epoch } = await lead(scene);
      await startAnswer(scene, { epoch });
      const statuses: (string | undefined)[] = [];

      for (const waitMs of [10 * ORPHAN_MS, 2_000, 4_000]) {
        await world.passTime(waitMs);
        await world.sweep();
        statuses.push((await world.inspect(scene.sessionId)).turns[0]?.status);
      }

      assertEquals(statuses, ["running", "running", "interrupted"]);
    },
  ],

  ["[K14] a session whose workers die before they get anything done is given up", async (world) => {
    const scene = await createScene(world);
    const { sessionId, userId } = scene;
    const { epoch, connectionId } = await lead(scene);
    const turn = await startAnswer(scene, { epoch });
    await detach(scene, { connectionId });
    const command = { type: "message.create", id: crypto.randomUUID(), text: "Hi", onBusy: "queue" } as const;
    const submit = () => world.store.submitCommand({ sessionId, userId, command });
    await submit();

    let rounds = 0;
    for (; !(await submit()).settled && rounds < 100; rounds++) {
      await world.passTime(LEASE_MS + 30_000);
      await world.sweep();
      await world.store.claimSession({ sessionId, workerId: `doomed-${rounds}` });
    }

    const { turns } = await world.inspect(sessionId);
    assert(rounds > 10 && rounds < 100, `Given up after ${rounds} rounds`);
    assertEquals((await submit()).refusal, "internal");
    assertEquals(turns.map(({ turnId, status }) => [turnId, status]), [[turn.turnId, "interrupted"]]);
  }],
];
