/** Short ways to say what workers do, so that a test of the contract is a few lines. */
import { assert } from "@std/assert";
import type { Chunk, Message, TurnStatus } from "../../protocol/mod.ts";
import type { AppendBatch, AppendOutcome, SessionEvent, TurnChange } from "../session-store.ts";
import type { StoreWorld } from "./store-world.ts";

export interface Scene {
  world: StoreWorld;
  sessionId: string;
  userId: string;
}

export async function createScene(world: StoreWorld): Promise<Scene> {
  return { world, sessionId: crypto.randomUUID(), userId: await world.createUser() };
}

export async function attach(
  { world, sessionId, userId }: Scene,
  { workerId = "worker-1", connectionId = crypto.randomUUID() }: {
    workerId?: string;
    connectionId?: string;
  } = {},
) {
  const opened = await world.store.openSession({ sessionId, userId, workerId, connectionId });
  assert(opened.outcome === "opened");
  return { ...opened, workerId, connectionId };
}

/** Attaches one connection and expects to lead. */
export async function lead(scene: Scene, workerId = "worker-1") {
  const { lease, connectionId } = await attach(scene, { workerId });
  assert(lease.role === "leader", `Expected ${workerId} to lead`);
  return { epoch: lease.epoch, workerId, connectionId };
}

export async function detach(
  { world, sessionId }: Scene,
  { workerId = "worker-1", connectionId, closeCode = 1001 }: {
    workerId?: string;
    connectionId: string;
    closeCode?: number;
  },
): Promise<number> {
  const request = { sessionId, workerId, connectionId, closeCode };
  return (await world.store.detachConnection(request)).attachedCount;
}

/** A batch that begins at `seqFrom`; `lastSeq` follows from what it carries unless given. */
export function batchOf(
  { sessionId }: { sessionId: string },
  parts: Partial<AppendBatch> & { epoch: number; seqFrom: number },
): AppendBatch {
  const { seqFrom, events = [], chunkRuns = [] } = parts;
  const ends = [
    ...events.flatMap(({ seq, seqTo }) => seq === null ? [] : [seqTo ?? seq]),
    ...chunkRuns.map((run) => run.seqFrom + run.chunks.length - 1),
  ];
  const lastSeq = Math.max(seqFrom - 1, ...ends);
  const content = { events, chunkRuns, turns: [], acks: [] };
  return { sessionId, batchId: crypto.randomUUID(), lastSeq, ...content, ...parts };
}

export async function append(
  scene: Scene,
  parts: Partial<AppendBatch> & { epoch: number; seqFrom: number; workerId?: string },
): Promise<AppendOutcome> {
  const { workerId = "worker-1", ...rest } = parts;
  const [outcome] = await scene.world.store.append({ workerId, batches: [batchOf(scene, rest)] });
  assert(outcome);
  return outcome;
}

export async function appendOk(
  scene: Scene,
  parts: Parameters<typeof append>[1],
): Promise<Extract<AppendOutcome, { outcome: "ok" }>> {
  const outcome = await append(scene, parts);
  assert(outcome.outcome === "ok", `Expected ok, got ${JSON.stringify(outcome)}`);
  return outcome;
}

export function userEvent(seq: number, text = "Hello"): SessionEvent {
  const message: Message = { id: `user-${seq}`, role: "user", parts: [{ type: "text", text }] };
  return { seq, eventType: "user_message", role: "user", content: text, data: { message } };
}

export function answerEvent(
  { seq, seqTo, messageId, text = "Hi" }: { seq: number; seqTo: number; messageId: string; text?: string },
): SessionEvent {
  const message: Message = {
    id: messageId,
    role: "assistant",
    parts: [{ type: "text", text, state: "done" }],
  };
  return { seq, seqTo, eventType: "assistant_message", role: "assistant", content: text, data: { message } };
}

export interface TurnIds {
  turnId: string;
  messageId: string;
}

export function createTurn(): TurnIds {
  const turnId = crypto.randomUUID();
  return { turnId, messageId: `answer-${turnId}` };
}

export function turnChange(turn: TurnIds, status: TurnStatus, userSeq = 1): TurnChange {
  return { ...turn, status, userSeq };
}

/** The beginning of an answer: `start`, `text-start`, then a delta for each word. */
export function speech({ messageId }: TurnIds, ...words: string[]): Chunk[] {
  return [
    { type: "start", messageId },
    { type: "text-start", id: "t" },
    ...words.map((delta): Chunk => ({ type: "text-delta", id: "t", delta })),
  ];
}

/** A question and the beginning of its answer: seq 1 is the question, 2 to 5 the chunks. */
export async function startAnswer(scene: Scene, { epoch, seqFrom = 1 }: { epoch: number; seqFrom?: number }) {
  const turn = createTurn();
  await appendOk(scene, {
    epoch,
    seqFrom,
    events: [userEvent(seqFrom)],
    turns: [turnChange(turn, "running", seqFrom)],
    chunkRuns: [{ seqFrom: seqFrom + 1, ...turn, chunks: speech(turn, "Hel", "lo") }],
  });
  return turn;
}

/** Ends what `startAnswer` began, with one more chunk. */
export async function finishAnswer(
  scene: Scene,
  { epoch, turn, seqFrom = 1 }: { epoch: number; turn: TurnIds; seqFrom?: number },
) {
  await appendOk(scene, {
    epoch,
    seqFrom: seqFrom + 5,
    chunkRuns: [{ seqFrom: seqFrom + 5, ...turn, chunks: [{ type: "finish" }] }],
    events: [answerEvent({ seq: seqFrom + 1, seqTo: seqFrom + 5, messageId: turn.messageId, text: "Hello" })],
    turns: [turnChange(turn, "completed", seqFrom)],
  });
}

/** A session with one finished answer (seq 1 to 6) and one connection. */
export async function converse(scene: Scene) {
  const leader = await lead(scene);
  const turn = await startAnswer(scene, leader);
  await finishAnswer(scene, { epoch: leader.epoch, turn });
  return { ...leader, turn };
}

export const LEASE_MS = 10_000;
export const ATTACHMENT_MS = 15_000;
export const GRACE_MS = 30_000;
export const ORPHAN_MS = 60_000;
