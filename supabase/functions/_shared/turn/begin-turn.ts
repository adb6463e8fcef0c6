/** How a turn gets to its first model call: anew, after a decision about a tool, or taken over from another worker. */
import type { MessageMetadata } from "../protocol/mod.ts";
import type { TurnRequest } from "./run-turn.ts";
import { runAllowedCalls } from "./settle-approvals.ts";
import { takeOverStep } from "./take-over-step.ts";
import type { TurnContext } from "./turn-context.ts";

/** `opening` is not waited for: the model is called while it commits, and what the model says waits for it. */
export type Beginning =
  | { isWaiting: true }
  /** `goesOn`: the model goes on with what the step has said already. */
  | { isWaiting: false; opening: Promise<void>; goesOn?: boolean };

export async function beginTurn(
  request: TurnRequest,
  { context, startedAt }: { context: TurnContext; startedAt: string },
): Promise<Beginning> {
  const { turnId, answer } = request;
  const { id: messageId, metadata } = answer.message();
  if (request.isInherited) {
    const { isWaiting, goesOn } = await takeOverStep(context, request);
    return isWaiting ? { isWaiting } : { isWaiting, opening: Promise.resolve(), goesOn };
  }
  if (!request.isDecided) {
    const messageMetadata: MessageMetadata = {
      ...metadata,
      turnId,
      status: "running",
      createdAt: startedAt,
    };
    return opened(
      context.emit([{ type: "start", messageId, messageMetadata }, {
        type: "start-step",
      }]),
    );
  }
  // On record before any tool runs, so that the next leader does not take it for one that never began (K12).
  if (metadata?.status === "queued") {
    await context.emit([{
      type: "start",
      messageId,
      messageMetadata: { turnId, status: "running" },
    }]);
  }
  const { isWaiting } = await runAllowedCalls(context, turnId);
  return isWaiting ? { isWaiting } : opened(context.emit([{ type: "start-step" }]));
}

function opened(opening: Promise<void>): Beginning {
  // Looked at when the first part arrives; until then a rejection must not count as unhandled.
  opening.catch(() => {});
  return { isWaiting: false, opening };
}
