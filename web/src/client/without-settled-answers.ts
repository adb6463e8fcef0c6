/** Forgets the answers that are accepted once the log shows what came of them, or nothing can any more. */
import { isInEffect } from "./is-in-effect.ts";
import { isCaughtUp, messagesOf, type SessionModel, withFacts } from "./session-model.ts";
import type { PendingCommand } from "./session-state.ts";
import { answeredBy } from "./submit-command.ts";

export function withoutSettledAnswers(model: SessionModel): SessionModel {
  const { pending, status } = model.facts;
  const isEnded = status === "ended";
  // Half a transcript shows no open approval either.
  if (!pending.some(isAcceptedAnswer) || (!isEnded && !isCaughtUp(model))) return model;
  const messages = messagesOf(model);
  const isSettled = (entry: PendingCommand) =>
    isAcceptedAnswer(entry) && (isEnded || isInEffect(messages, entry.command));
  return withFacts(model, { pending: pending.filter((entry) => !isSettled(entry)) });
}

function isAcceptedAnswer({ command, isAccepted }: PendingCommand): boolean {
  return isAccepted && answeredBy(command) !== null;
}
