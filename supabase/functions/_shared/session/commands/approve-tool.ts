/** `tool.approve`: decides about a tool call, and the waiting turn goes on once nothing else is asked. */
import { applyChunk, type Chunk, type Draft, toDraft } from "../../protocol/mod.ts";
import { type ApprovalDecision, openApprovals, toDecisionChunks } from "../../turn/settle-approvals.ts";
import type { Applied, Leading } from "../leading.ts";
import { toMessageEvent } from "../to-message-event.ts";
import type { QueuedTurn } from "../turn-queue.ts";

export interface ApproveTool {
  id: string;
  approvalId: string;
  approved: boolean;
  reason?: string;
}

/** A decision, and the answer with it. */
interface Decided {
  commandId: string;
  turn: QueuedTurn;
  chunks: Chunk[];
  draft: Draft;
}

/** The decision is in the log together with the acknowledgement, so that whoever leads next can act on it. */
export async function approveTool(leading: Leading, { id, ...decision }: ApproveTool): Promise<Applied> {
  const decided = decide(leading, { commandId: id, decision });
  if (!decided) return leading.refuse(id, "nothing_to_answer");
  // None of its tools may run before everything is decided, and whoever is in line cannot be told.
  const isOpen = openApprovals(decided.draft.message).length > 0;
  return await (isOpen ? waitOn(leading, decided) : goOn(leading, decided));
}

/** Finds the waiting turn that asked. */
function decide(
  { waiting, transcript }: Leading,
  { commandId, decision }: { commandId: string; decision: ApprovalDecision },
): Decided | null {
  for (const turn of waiting.all()) {
    const answer = transcript.find(turn.messageId);
    const decisionChunks = answer ? toDecisionChunks(answer, decision) : [];
    if (!answer || decisionChunks.length === 0) continue;
    const { turnId, messageId } = turn;
    const start: Chunk = { type: "start", messageId, messageMetadata: { turnId, status: "running" } };
    const chunks = [start, ...decisionChunks];
    return { commandId, turn, chunks, draft: chunks.reduce(applyChunk, toDraft(answer)) };
  }
  return null;
}

/** Puts the turn in line. */
async function goOn(
  { waiting, queue, writer }: Leading,
  { commandId, turn: { turnId, messageId, userSeq }, chunks, draft }: Decided,
): Promise<Applied> {
  waiting.take(turnId);
  const seqFrom = writer.nextSeq;
  const committed = writer.writeChunks(chunks, {
    turnId,
    messageId,
    change: () => ({
      acks: [{ commandId, seq: seqFrom }],
      turns: [{ turnId, messageId, userSeq, status: "running" }],
    }),
  });
  queue.add({ turnId, messageId, userSeq, decided: { turnId, seqFrom, draft } });
  await committed;
  return { seq: seqFrom, refusal: null };
}

/** Keeps the decision in the answer, which waits for the next one. */
async function waitOn(
  { writer, transcript }: Leading,
  { commandId, turn: { turnId, messageId, userSeq }, chunks, draft }: Decided,
): Promise<Applied> {
  const status = "waiting";
  const pause: Chunk = { type: "finish", finishReason: "tool-calls", messageMetadata: { status } };
  const { message } = applyChunk(draft, pause);
  const seqFrom = writer.nextSeq;
  transcript.put(message, seqFrom);
  await writer.writeChunks([...chunks, pause], {
    turnId,
    messageId,
    change: () => ({
      acks: [{ commandId, seq: seqFrom }],
      events: [toMessageEvent(message, { turnId, seqFrom, seqTo: seqFrom + chunks.length })],
      turns: [{ turnId, messageId, userSeq, status }],
    }),
  });
  return { seq: seqFrom, refusal: null };
}
