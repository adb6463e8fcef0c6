/** Carries an approval or its refusal into a waiting answer, and runs what has been allowed. */
import { type Chunk, isToolPart, type Message, toolNameOf, type ToolPart } from "../protocol/mod.ts";
import { executeTool } from "./execute-tool.ts";
import type { TurnContext } from "./turn-context.ts";
import { waitForUser } from "./wait-for-user.ts";

export interface ApprovalDecision {
  approvalId: string;
  approved: boolean;
  reason?: string;
}

/** The tool calls of an answer that wait for a decision. */
export function openApprovals(message: Message): ToolPart[] {
  return message.parts.filter(isToolPart).filter((part) => part.state === "approval-requested");
}

/** The chunks that tell a decision; a refusal settles its call at once. */
export function toDecisionChunks(message: Message, decision: ApprovalDecision): Chunk[] {
  const asked = openApprovals(message).find((part) => part.approval?.id === decision.approvalId);
  if (!asked) return [];
  const { approvalId, approved, reason } = decision;
  const response: Chunk = {
    type: "tool-approval-response",
    approvalId,
    approved,
    ...(reason ? { reason } : {}),
  };
  return approved ? [response] : [response, { type: "tool-output-denied", toolCallId: asked.toolCallId }];
}

/** The chunks that refuse everything an answer waits for. */
export function toDenialChunks(message: Message, reason: string): Chunk[] {
  return openApprovals(message).flatMap((part) =>
    toDecisionChunks(message, { approvalId: part.approval?.id ?? "", approved: false, reason })
  );
}

/** The calls of a waiting answer that may run and have not: approved, or held back for want of the user's token. */
export function allowedCalls(message: Message): ToolPart[] {
  return message.parts.filter(isToolPart).filter(({ state }) =>
    state === "input-available" || state === "approval-responded"
  );
}

/** The chunks that close those of an answer that none of them will run for any more. */
export function toUnrunChunks(message: Message, reason: string): Chunk[] {
  return allowedCalls(message).map(({ toolCallId }) => {
    return { type: "tool-output-error", toolCallId, errorText: `Not run. ${reason}` };
  });
}

/** Runs every call of a waiting answer that may run now. Does nothing while another one still waits. */
export async function runAllowedCalls(
  context: TurnContext,
  turnId: string,
): Promise<{ isWaiting: boolean }> {
  const message = context.answer.message();
  if (openApprovals(message).length > 0) return { isWaiting: true };
  const allowed = allowedCalls(message);
  if (allowed.length > 0 && !context.ports.canActAsUser()) return await waitForUser(context);
  await Promise.all(allowed.map(async (part) => {
    const tool = context.ports.tools.find((candidate) => candidate.name === toolNameOf(part));
    const parsed = tool?.input.safeParse(part.input);
    const { toolCallId } = part;
    const outcome: Chunk = tool && parsed?.success
      ? await executeTool(context, { tool, toolCallId, input: parsed.data, turnId })
      : { type: "tool-output-error", toolCallId, errorText: "The tool is not available any more." };
    await context.emit([outcome]);
  }));
  return { isWaiting: false };
}
