/** What a command changes before anything comes back. */
import { withCommand } from "./pending-commands.ts";
import type { DurableCommand } from "./protocol.ts";
import { type SessionModel, withFacts } from "./session-model.ts";

export function submitCommand(model: SessionModel, command: DurableCommand): SessionModel {
  const isAnswer = answeredBy(command) !== null;
  return {
    ...withFacts(model, { pending: withCommand(model.facts.pending, command), lastError: null }),
    answers: isAnswer ? [...model.answers, command] : model.answers,
  };
}

/** The approval or question that a command answers, or the answer it wants anew. */
export function answeredBy(command: DurableCommand): string | null {
  switch (command.type) {
    case "tool.approve":
      return command.approvalId;
    case "input.provide":
      return command.interruptId;
    case "message.regenerate":
      return command.messageId;
    default:
      return null;
  }
}
