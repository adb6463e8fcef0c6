/** Short ways to write the frames of a test. */
import type { ActiveTurn, Chunk, FrameOf, Message, MessageMetadata, Resume } from "../protocol.ts";

export const SESSION_ID = "5b0c2e0e-7a53-4f43-9f0a-3a5d3f0c7a11";
export const TURN: ActiveTurn = {
  turnId: "8c7d1f02-52b9-4d0e-9a55-1b2f6f0c9e21",
  messageId: "answer-1",
  status: "running",
};

export function ready(
  { epoch = 1, seq = 0, resume = { kind: "replay" }, activeTurn = null }: {
    epoch?: number;
    seq?: number;
    resume?: Resume;
    activeTurn?: ActiveTurn | null;
  } = {},
): FrameOf<"session.ready"> {
  return { type: "session.ready", sessionId: SESSION_ID, epoch, seq, mode: "simulated", resume, activeTurn };
}

export function said(seq: number, text: string, id = `user-${seq}`): FrameOf<"message"> {
  return { type: "message", epoch: 1, seq, message: { id, role: "user", parts: [{ type: "text", text }] } };
}

export function answer(
  text: string,
  { id = "answer-1", metadata = { status: "completed", replyTo: "user-1" } }: {
    id?: string;
    metadata?: MessageMetadata;
  } = {},
): Message {
  return { id, role: "assistant", metadata, parts: [{ type: "text", text, state: "done" }] };
}

export function chunks(
  seq: number,
  list: Chunk[],
  { epoch = 1, durableSeq = 0, messageId = TURN.messageId }: {
    epoch?: number;
    durableSeq?: number;
    messageId?: string;
  } = {},
): FrameOf<"chunks"> {
  return { type: "chunks", epoch, seq, durableSeq, turnId: TURN.turnId, messageId, chunks: list };
}

/** The opening of an answer, two items. */
export function openingTo(replyTo: string): Chunk[] {
  return [{ type: "start", messageId: TURN.messageId, messageMetadata: { replyTo } }, {
    type: "text-start",
    id: "t",
  }];
}

export const OPENING: Chunk[] = openingTo("user-1");

export function delta(text: string): Chunk {
  return { type: "text-delta", id: "t", delta: text };
}

/** The end of an answer, two items. */
export const CLOSING: Chunk[] = [
  { type: "text-end", id: "t" },
  { type: "finish", finishReason: "stop", messageMetadata: { status: "completed" } },
];
