/** Tells whether the log shows what came of an answer: of a decision, of parameters, or of asking for an answer again. */
import { openApprovalsOf, openQuestionOf } from "./open-interactions.ts";
import type { DurableCommand, Message } from "./protocol.ts";

export function isInEffect(messages: readonly Message[], command: DurableCommand): boolean {
  switch (command.type) {
    case "tool.approve":
      return !openApprovalsOf(messages, []).some(({ approvalId }) => approvalId === command.approvalId);
    case "input.provide":
      return openQuestionOf(messages, [])?.interruptId !== command.interruptId;
    case "message.regenerate":
      return messages.at(-1)?.id !== command.messageId;
    default:
      return true;
  }
}
