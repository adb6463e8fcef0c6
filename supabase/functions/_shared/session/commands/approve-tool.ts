/** `tool.approve`: decides about a tool call, and the waiting turn goes on once nothing else is asked. */
import { applyChunk, type Chunk, type Message, toDraft } from "../../protocol/mod.ts";
import { type ApprovalDecision, openApprovals, toDecisionChunks } from "../../turn/settle-approvals.ts";
import { goOn } from "../go-on.ts";
import type { Applied, Leading } from "../leading.ts";
import { toMessageEvent } from "../to-message-event.ts";
import type { QueuedTurn } from "../turn-queue.ts";

export interface ApproveTool {
  id: string;
  approvalId: string;
  approved: boolean;
  reason?: string;
}

interface Decided {
  commandId: string;
  turn: QueuedTurn;
  /** As it waited. */
  answer: Message;
  decision: Chunk[];
}

/** The decision is in the log together with the acknowledgement, so that whoever leads next can act on it. */
export async function approveTool(leading: Leading, { id, ...decision }: ApproveTool): Promise<Applied> {
  const decided = decide(leading, { commandId: id, decision });
  if (!decided) return leading.refuse(id, "nothing_to_answer");
  // None of its tools may run before everything is decided, and whoever is in line cannot be told.
  const isLast = openApprovals(decided.answer).length === 1;
  const seq = await (isLast ? goOn(leading, decided) : waitOn(leading, decided));
  return { seq, refusal: null };
}

/** Finds the waiting turn that asked. */
function decide(
  { waiting, transcript }: Leading,
  { commandId, decision }: { commandId: string; decision: ApprovalDecision },
): Decided | null {
  for (const turn of waiting.all()) {
    const answer = transcript.find(turn.messageId);
    const chunks = answer ? toDecisionChunks(answer, decision) : [];
    if (answer && chunks.length > 0) return { commandId, turn, answer, decision: chunks };
  }
  return null;
}

/** Keeps the decision in the answer, which waits for the next one. */
async function waitOn(
  { writer, transcript }: Leading,
  { commandId, turn: { turnId, messageId, userSeq }, answer, decision }: Decided,
): Promise<number> {
  const status = "waiting";
  const chunks: Chunk[] = [
    { type: "start", messageId, messageMetadata: { turnId, status: "running" } },
    ...decision,
    { type: "finish", finishReason: "tool-calls", messageMetadata: { status } },
  ];
  const { message } = chunks.reduce(applyChunk, toDraft(answer));
  const seqFrom = writer.nextSeq;
  transcript.put(message, seqFrom);
  await writer.writeChunks(chunks, {
    turnId,
    messageId,
    change: () => ({
      acks: [{ commandId, seq: seqFrom }],
      events: [toMessageEvent(message, { turnId, seqFrom, seqTo: seqFrom + chunks.length - 1 })],
      turns: [{ turnId, messageId, userSeq, status }],
    }),
  });
  return seqFrom;
}
