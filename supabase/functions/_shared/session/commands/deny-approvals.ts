/** Settles waiting answers without the tools they asked for. */
import { applyChunk, type Chunk, type Message, toDraft, type TurnStatus } from "../../protocol/mod.ts";
import { toDenialChunks, toUnrunChunks } from "../../turn/settle-approvals.ts";
import type { Leading } from "../leading.ts";
import { toMessageEvent } from "../to-message-event.ts";
import type { QueuedTurn } from "../turn-queue.ts";

export interface Denial {
  reason: string;
  /** How the turns end. */
  status: Extract<TurnStatus, "completed" | "cancelled">;
  /** Only this one. */
  turnId?: string;
}

/** Denies every open approval and ends the waiting turns. False when none waited. */
export function denyApprovals(leading: Leading, denial: Denial): boolean {
  const turns = leading.waiting.all().filter(({ turnId }) => turnId === (denial.turnId ?? turnId));
  for (const turn of turns) {
    leading.waiting.take(turn.turnId);
    const answer = leading.transcript.find(turn.messageId);
    if (answer) settle(leading, { turn, answer, denial });
  }
  return turns.length > 0;
}

function settle(
  { transcript, writer }: Leading,
  { turn, answer, denial: { reason, status } }: { turn: QueuedTurn; answer: Message; denial: Denial },
): void {
  const { turnId, messageId, userSeq } = turn;
  const chunks: Chunk[] = [
    { type: "start", messageId },
    ...toDenialChunks(answer, reason),
    ...toUnrunChunks(answer, reason),
    { type: "finish", finishReason: "stop", messageMetadata: { status } },
  ];
  const { message } = chunks.reduce(applyChunk, toDraft(answer));
  const seqFrom = writer.nextSeq;
  transcript.put(message, seqFrom);
  writer.writeChunks(chunks, {
    turnId,
    messageId,
    change: (seq) => ({
      events: [toMessageEvent(message, { turnId, seqFrom, seqTo: seq + chunks.length - 1 })],
      turns: [{ turnId, messageId, userSeq, status }],
    }),
  }).catch(() => {});
}
