/** `tool.approve`: decides about a tool call, and the waiting turn goes on. */
import { applyChunk, type Chunk, toDraft } from "../../protocol/mod.ts";
import { toDecisionChunks } from "../../turn/settle-approvals.ts";
import type { Applied, Leading } from "../leading.ts";

export interface ApproveTool {
  id: string;
  approvalId: string;
  approved: boolean;
  reason?: string;
}

/** The decision is in the log together with the acknowledgement, so that whoever leads next can act on it. */
export async function approveTool(leading: Leading, { id, ...decision }: ApproveTool): Promise<Applied> {
  const { waiting, transcript, queue, writer } = leading;
  const answer = waiting && transcript.find(waiting.messageId);
  const decisionChunks = answer ? toDecisionChunks(answer, decision) : [];
  if (!waiting || !answer || decisionChunks.length === 0) return leading.refuse(id, "nothing_to_answer");

  leading.waiting = null;
  const { turnId, messageId, userSeq } = waiting;
  const chunks: Chunk[] = [
    { type: "start", messageId, messageMetadata: { turnId, status: "running" } },
    ...decisionChunks,
  ];
  const seqFrom = writer.nextSeq;
  const draft = chunks.reduce(applyChunk, toDraft(answer));
  const committed = writer.writeChunks(chunks, {
    turnId,
    messageId,
    change: () => ({
      acks: [{ commandId: id, seq: seqFrom }],
      turns: [{ turnId, messageId, userSeq, status: "running" }],
    }),
  });
  queue.add({ turnId, messageId, userSeq, decided: { turnId, seqFrom, draft } });
  await committed;
  return { seq: seqFrom, refusal: null };
}
