/**
 * Ends an answer that nobody goes on with, though it has begun: one whose leaders kept dying (R7), or one that was
 * stopped while it waited in line again. What it said is kept.
 */
import { applyChunk } from "../protocol/mod.ts";
import { type Stop, toStopChunks } from "../turn/to-stop-chunks.ts";
import type { Leading } from "./leading.ts";
import type { PartialAnswer } from "./load-history.ts";
import { toMessageEvent } from "./to-message-event.ts";
import type { QueuedTurn } from "./turn-queue.ts";

export interface CutShort {
  turn: Pick<QueuedTurn, "turnId" | "messageId" | "userSeq">;
  partial: PartialAnswer;
  status: Stop["status"];
}

export function cutShort(leading: Leading, { turn, partial, status }: CutShort): void {
  const { turnId, messageId, userSeq } = turn;
  const closing = toStopChunks(partial.draft, { turnId, status });
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
