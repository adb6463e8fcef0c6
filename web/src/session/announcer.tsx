/** Tells a screen reader what has changed: whole answers instead of every token. */
import { type SessionState, textOf } from "../client/mod.ts";

export function Announcer({ state }: { state: SessionState }) {
  return <p className="visually-hidden" role="status">{toAnnouncement(state)}</p>;
}

function toAnnouncement(
  { activeTurn, openApprovals, messages, isAnswerExpected, ended }: SessionState,
): string {
  if (ended) return "The session has ended.";
  const [approval] = openApprovals;
  if (approval) return `${approval.toolName} needs approval.`;
  if (activeTurn || isAnswerExpected) return "The answer is being written.";
  const last = messages.at(-1);
  return last?.role === "assistant" ? `Parley said: ${textOf(last)}` : "";
}
