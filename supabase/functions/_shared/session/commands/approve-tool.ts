/** `tool.approve`: decides about a tool call, and the waiting turn goes on. */
import { applyChunk, type Chunk, toDraft } from "../../protocol/mod.ts";
import { type ApprovalDecision, toDecisionChunks } from "../../turn/settle-approvals.ts";
import type { Applied, Leading } from "../leading.ts";

export interface ApproveTool {
  id: string;
  approvalId: string;
  approved: boolean;
  reason?: string;
}

/** The decision is in the log together with the acknowledgement, so that whoever leads next can act on it. */
export async function approveTool(leading: Leading, { id, ...decision }: ApproveTool): Promise<Applied> {
  const { waiting, queue, writer } = leading;
  const asked = findAsked(leading, decision);
  if (!asked) return leading.refuse(id, "nothing_to_answer");

  const { turn: { turnId, messageId, userSeq }, answer, decisionChunks } = asked;
  waiting.take(turnId);
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

/** The waiting turn that asked for this decision. */
function findAsked({ waiting, transcript }: Leading, decision: ApprovalDecision) {
  for (const turn of waiting.all()) {
    const answer = transcript.find(turn.messageId);
    const decisionChunks = answer ? toDecisionChunks(answer, decision) : [];
    if (answer && decisionChunks.length > 0) return { turn, answer, decisionChunks };
  }
  return null;
}
