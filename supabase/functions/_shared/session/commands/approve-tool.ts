/** `tool.approve`: decides about a tool call, and the waiting turn goes on. */
import { openApprovals } from "../../turn/settle-approvals.ts";
import type { Applied, Leading } from "../leading.ts";

export interface ApproveTool {
  id: string;
  approvalId: string;
  approved: boolean;
  reason?: string;
}

export async function approveTool(
  leading: Leading,
  { id, approvalId, approved, reason }: ApproveTool,
): Promise<Applied> {
  const decision = { approvalId, approved, reason };
  const { waiting, transcript, queue, writer } = leading;
  const answer = waiting && transcript.find(waiting.messageId);
  const isOpen = answer && openApprovals(answer).some((part) => part.approval?.id === approvalId);
  if (!waiting || !isOpen) return leading.refuse(id, "nothing_to_answer");
  leading.waiting = null;
  const seq = writer.nextSeq;
  const committed = writer.write({ acks: [{ commandId: id, seq }] });
  queue.add({ ...waiting, decision });
  await committed;
  return { seq, refusal: null };
}
