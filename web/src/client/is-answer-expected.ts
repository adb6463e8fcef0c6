/** Tells whether something was said or decided to which nothing has come back yet. */
import { isInEffect } from "./is-in-effect.ts";
import type { ActiveTurn } from "./protocol.ts";
import { messagesOf, type SessionModel } from "./session-model.ts";

export function isAnswerExpected(model: SessionModel): boolean {
  const { activeTurn, status } = model.facts;
  if (isUnderWay(activeTurn) || status === "ended") return false;
  const messages = messagesOf(model);
  return isAskedFor(model) || model.answers.some((answer) => !isInEffect(messages, answer));
}

/** An answer is being written or will be, without anything more of the user's. */
export function isUnderWay(turn: ActiveTurn | null): boolean {
  return turn !== null && turn.status !== "waiting";
}

/**
 * Questions are answered in their order, so that the newest one speaks for those before it; one that was cancelled may
 * have been so in the line.
 */
function isAskedFor({ transcript, settledSeq }: SessionModel): boolean {
  const messages = transcript.entries.filter(({ seqTo }) => seqTo > settledSeq).map(({ draft }) =>
    draft.message
  );
  if (messages.some(({ metadata }) => metadata?.status === "queued")) return true;
  const answers = new Map(messages.map(({ metadata }) => [metadata?.replyTo, metadata?.status]));
  const newest = messages.findLast(({ id, role }) => role === "user" && answers.get(id) !== "cancelled");
  return newest !== undefined && !answers.has(newest.id);
}
