/** Tells whether an answer stands still: it has ended, or waits for a decision nobody has given. */
import { isFinal } from "../is-final.ts";
import { isToolPart, type Message } from "../protocol.ts";
import type { SessionState } from "../session-state.ts";

export function isAnswerOver(state: SessionState, message: Message): boolean {
  const status = message.metadata?.status;
  if (status !== undefined && isFinal(status)) return true;
  const { activeTurn, openApprovals } = state;
  if (activeTurn?.messageId !== message.id || activeTurn.status !== "waiting") return false;
  const open = new Set(openApprovals.map(({ approvalId }) => approvalId));
  return message.parts.filter(isToolPart).every((part) =>
    part.state !== "approval-requested" || open.has(part.approval?.id ?? "")
  );
}
