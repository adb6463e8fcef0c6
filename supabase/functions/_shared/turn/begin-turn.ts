/** How a turn gets to its first model call: anew, after a decision about a tool, or taken over from another worker. */
import type { MessageMetadata } from "../protocol/mod.ts";
import type { TurnRequest } from "./run-turn.ts";
import { runApprovedCalls } from "./settle-approvals.ts";
import { takeOverStep } from "./take-over-step.ts";
import type { TurnContext } from "./turn-context.ts";

/** `opening` is not waited for: the model is called while it commits, and what the model says waits for it. */
export type Beginning = { isWaiting: true } | { isWaiting: false; opening: Promise<void> };

export async function beginTurn(
  request: TurnRequest,
  { context, startedAt }: { context: TurnContext; startedAt: string },
): Promise<Beginning> {
  const { turnId, answer } = request;
  if (request.isInherited) {
    const { isWaiting } = await takeOverStep(context, turnId);
    return isWaiting ? { isWaiting } : { isWaiting, opening: Promise.resolve() };
  }
  if (!request.isDecided) {
    const messageMetadata: MessageMetadata = {
      ...answer.metadata,
      turnId,
      status: "running",
      createdAt: startedAt,
    };
    return opened(
      context.emit([{ type: "start", messageId: answer.id, messageMetadata }, { type: "start-step" }]),
    );
  }
  const { isWaiting } = await runApprovedCalls(context, turnId);
  return isWaiting ? { isWaiting } : opened(context.emit([{ type: "start-step" }]));
}

function opened(opening: Promise<void>): Beginning {
  // Looked at when the first part arrives; until then a rejection must not count as unhandled.
  opening.catch(() => {});
  return { isWaiting: false, opening };
}
