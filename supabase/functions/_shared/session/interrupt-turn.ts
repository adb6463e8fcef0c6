/** Gives up an answer whose leaders kept dying: what it said is kept and marked as interrupted (R7). */
import { applyChunk, type Chunk } from "../protocol/mod.ts";
import type { TurnChange } from "../store/session-store.ts";
import type { Leading } from "./leading.ts";
import type { PartialAnswer } from "./load-history.ts";
import { toMessageEvent } from "./to-message-event.ts";

export function interruptTurn(
  leading: Leading,
  { turn, partial }: { turn: TurnChange; partial: PartialAnswer },
): void {
  const { turnId, messageId, userSeq } = turn;
  const status = "interrupted";
  const closing: Chunk[] = [
    { type: "message-metadata", messageMetadata: { status, errorCode: "turn_interrupted" } },
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
