/** Tells whether something was said or decided to which nothing has come back yet. */
import { openApprovalsOf, openQuestionOf } from "./open-interactions.ts";
import type { ActiveTurn, DurableCommand, Message } from "./protocol.ts";
import { messagesOf, type SessionModel } from "./session-model.ts";

export function isAnswerExpected(model: SessionModel): boolean {
  const { activeTurn, status } = model.facts;
  if (isUnderWay(activeTurn) || status === "ended") return false;
  return isAskedFor(model) || isReactedTo(messagesOf(model), model.answers);
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

/** The log does not show yet what this client has decided. */
function isReactedTo(messages: readonly Message[], answers: readonly DurableCommand[]): boolean {
  if (answers.length === 0) return false;
  const approvals = openApprovalsOf(messages, []);
  const question = openQuestionOf(messages, []);
  return answers.some((command) => {
    switch (command.type) {
      case "tool.approve":
        return approvals.some(({ approvalId }) => approvalId === command.approvalId);
      case "input.provide":
        return question?.interruptId === command.interruptId;
      case "message.regenerate":
        return messages.at(-1)?.id === command.messageId;
      default:
        return false;
    }
  });
}
