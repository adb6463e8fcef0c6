/**
 * Ends an answer that nobody goes on with, though it has begun: one whose leaders kept dying (R7), or one that was
 * stopped while it waited in line again. What it said is kept.
 */
import { applyChunk, type Chunk, type TurnStatus } from "../protocol/mod.ts";
import type { Leading } from "./leading.ts";
import type { PartialAnswer } from "./load-history.ts";
import { toMessageEvent } from "./to-message-event.ts";
import type { QueuedTurn } from "./turn-queue.ts";

export interface CutShort {
  turn: Pick<QueuedTurn, "turnId" | "messageId" | "userSeq">;
  partial: PartialAnswer;
  status: Extract<TurnStatus, "interrupted" | "cancelled">;
}

export function cutShort(leading: Leading, { turn, partial, status }: CutShort): void {
  const { turnId, messageId, userSeq } = turn;
  const isFailure = status === "interrupted";
  const closing: Chunk[] = [
    {
      type: "message-metadata",
      messageMetadata: { status, ...(isFailure ? { errorCode: "turn_interrupted" } : {}) },
    },
    { type: "abort", reason: status },
  ];
  const { message } = closing.reduce(applyChunk, partial.draft);
  leading.transcript.put(message, partial.seqFrom);
  leading.writer.writeChunks(closing, {
    turnId,
    messageId,
    change: (seq) => ({
      events: [
        toMessageEvent(message, { turnId, seqFrom: partial.seqFrom, seqTo: seq + closing.length - 1 }),
      ],
      turns: [{ turnId, messageId, userSeq, status }],
    }),
  }).catch(() => {});
}
