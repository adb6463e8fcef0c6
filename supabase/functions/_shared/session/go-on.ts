/** A waiting answer that nothing is asked of any more goes on: at once, or when those before it in line are through. */
import { applyChunk, type Chunk, type Message, toDraft } from "../protocol/mod.ts";
import type { BatchContent } from "./batch-draft.ts";
import type { Leading } from "./leading.ts";
import type { QueuedTurn } from "./turn-queue.ts";

export interface GoOn {
  turn: QueuedTurn;
  /** As it waited. */
  answer: Message;
  /** The decision that it waited for. */
  decision?: Chunk[];
  /** The command that brought it. */
  commandId?: string;
}

/**
 * Resolves to the seq of what it wrote, once that is committed. In line the turn is `queued`: whoever leads by then knows
 * that none of its tools has begun.
 */
export async function goOn(
  { waiting, queue, writer }: Leading,
  { turn: { turnId, messageId, userSeq }, answer, decision = [], commandId }: GoOn,
): Promise<number> {
  const status = queue.isBusy ? "queued" : "running";
  const chunks: Chunk[] = [{ type: "start", messageId, messageMetadata: { turnId, status } }, ...decision];
  const seqFrom = writer.nextSeq;
  const change: Partial<BatchContent> = {
    turns: [{ turnId, messageId, userSeq, status }],
    ...(commandId === undefined ? {} : { acks: [{ commandId, seq: seqFrom }] }),
  };
  waiting.take(turnId);
  const committed = writer.writeChunks(chunks, { turnId, messageId, change: () => change });
  const draft = chunks.reduce(applyChunk, toDraft(answer));
  queue.add({ turnId, messageId, userSeq, decided: { turnId, seqFrom, draft } });
  await committed;
  return seqFrom;
}
