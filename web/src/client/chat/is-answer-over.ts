/** Tells whether an answer stands still: it has ended, or waits for a decision nobody has given. */
import { isFinal } from "../is-final.ts";
import { isToolPart, type Message } from "../protocol.ts";
import type { SessionState } from "../session-state.ts";

/** One that waits need not be the active one: another may be written meanwhile. */
export function isAnswerOver(state: SessionState, { metadata, parts }: Message): boolean {
  const status = metadata?.status;
  if (status !== undefined && isFinal(status)) return true;
  // What a resume still has to bring may be the decision.
  if (status !== "waiting" || !state.isCaughtUp || state.status === "ended") return false;
  const open = new Set(state.openApprovals.map(({ approvalId }) => approvalId));
  return parts.filter(isToolPart).every((part) =>
    part.state !== "approval-requested" || open.has(part.approval?.id ?? "")
  );
}
