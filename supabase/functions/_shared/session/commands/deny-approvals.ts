/** Settles a waiting answer without the tools it asked for. */
import { applyChunk, type Chunk, toDraft, type TurnStatus } from "../../protocol/mod.ts";
import { heldCalls, openApprovals, toDecisionChunks } from "../../turn/settle-approvals.ts";
import type { Leading } from "../leading.ts";
import { toMessageEvent } from "../to-message-event.ts";

/** Denies every open approval and ends the waiting turn. */
export function denyApprovals(leading: Leading, reason: string, status: TurnStatus = "completed"): void {
  const { waiting, transcript, writer } = leading;
  leading.waiting = null;
  const answer = waiting && transcript.find(waiting.messageId);
  if (!waiting || !answer) return;
  const { turnId, messageId, userSeq } = waiting;
  const denials = openApprovals(answer).flatMap((part) =>
    toDecisionChunks(answer, { approvalId: part.approval?.id ?? "", approved: false, reason })
  );
  const unrun = heldCalls(answer).map(({ toolCallId }): Chunk => {
    return { type: "tool-output-error", toolCallId, errorText: `Not run. ${reason}` };
  });
  const chunks: Chunk[] = [
    { type: "start", messageId },
    ...denials,
    ...unrun,
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
