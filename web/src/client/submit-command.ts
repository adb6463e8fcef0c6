/** What a command changes before anything comes back. */
import { withCommand } from "./pending-commands.ts";
import type { DurableCommand } from "./protocol.ts";
import type { SessionModel } from "./session-model.ts";

export function submitCommand(model: SessionModel, command: DurableCommand): SessionModel {
  const { facts } = model;
  const answered = answeredBy(command);
  return {
    ...model,
    answeredIds: answered === null ? model.answeredIds : [...model.answeredIds, answered],
    facts: {
      ...facts,
      pending: withCommand(facts.pending, command),
      isAnswerExpected: facts.isAnswerExpected || answered !== null,
      lastError: null,
    },
  };
}

/** The approval or question that a command answers. */
export function answeredBy(command: DurableCommand): string | null {
  if (command.type === "tool.approve") return command.approvalId;
  return command.type === "input.provide" ? command.interruptId : null;
}
