/** Turns that the database ends without a worker: what their readers are left with (R7). */
import { assertEquals } from "@std/assert";
import type { Message } from "../../protocol/mod.ts";
import type { ContractTest } from "../session-store-contract.ts";
import {
  answerEvent,
  appendOk,
  createScene,
  createTurn,
  detach,
  lead,
  LEASE_MS,
  ORPHAN_MS,
  type Scene,
  speech,
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
];
