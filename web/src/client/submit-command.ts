/** What a command changes before anything comes back. */
import { withCommand } from "./pending-commands.ts";
import type { DurableCommand } from "./protocol.ts";
import { type SessionModel, withFacts } from "./session-model.ts";

export function submitCommand(model: SessionModel, command: DurableCommand): SessionModel {
  const isAnswer = answeredBy(command) !== null;
  const { isAnswerExpected, pending } = model.facts;
  return {
    ...withFacts(model, {
      pending: withCommand(pending, command),
      isAnswerExpected: isAnswerExpected || isAnswer,
      lastError: null,
    }),
    answers: isAnswer ? [...model.answers, command] : model.answers,
  };
}

/** The approval or question that a command answers. */
export function answeredBy(command: DurableCommand): string | null {
  if (command.type === "tool.approve") return command.approvalId;
  return command.type === "input.provide" ? command.interruptId : null;
}
