/**
 * Ends an answer that nobody goes on with: one whose leaders kept dying (R7), or one that was stopped in line. What it said
 * is kept. One that had not begun ends as well, so that nobody waits for it.
 */
import { applyChunk, type Chunk, type Message, toDraft } from "../protocol/mod.ts";
import { type Stop, toStopChunks } from "../turn/to-stop-chunks.ts";
import type { Leading } from "./leading.ts";
import type { PartialAnswer } from "./load-history.ts";
import { toEmptyAnswer } from "./to-empty-answer.ts";
import { toMessageEvent } from "./to-message-event.ts";
import type { QueuedTurn } from "./turn-queue.ts";

export interface CutShort {
  turn: QueuedTurn;
  /** Nothing when the answer had not begun. */
  partial: PartialAnswer | undefined;
  status: Stop["status"];
  isInLine?: boolean;
}

export function cutShort(leading: Leading, { turn, partial, status, isInLine }: CutShort): void {
  const { writer, transcript } = leading;
  const { turnId, messageId, userSeq } = turn;
  const { draft, seqFrom } = partial ??
    { draft: toDraft(toEmptyAnswer(turn, leading)), seqFrom: writer.nextSeq };
  const closing = [
    ...(partial ? [] : [toStart(leading, draft.message)]),
    ...toStopChunks(draft, { turnId, status, isInLine }),
  ];
  const { message } = closing.reduce(applyChunk, draft);
  transcript.put(message, seqFrom);
  writer.writeChunks(closing, {
    turnId,
    messageId,
    change: (seq) => ({
      events: [toMessageEvent(message, { turnId, seqFrom, seqTo: seq + closing.length - 1 })],
      turns: [{ turnId, messageId, userSeq, status }],
    }),
  }).catch(() => {});
}

function toStart({ ports }: Leading, { id, metadata }: Message): Chunk {
  const createdAt = new Date(ports.clock.now()).toISOString();
  return { type: "start", messageId: id, messageMetadata: { ...metadata, createdAt } };
}
