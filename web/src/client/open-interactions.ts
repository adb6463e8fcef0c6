/** Finds in the transcript what waits for the user: approvals and the newest question. */
import { isFinal } from "./is-final.ts";
import { type DurableCommand, isToolPart, type Message, toolNameOf } from "./protocol.ts";
import type { OpenApproval, OpenQuestion } from "./session-state.ts";
import { answeredBy } from "./submit-command.ts";

export function openApprovalsOf(
  messages: readonly Message[],
  answers: readonly DurableCommand[],
): OpenApproval[] {
  return messages.filter(isUndecided).flatMap((message) =>
    message.parts.filter(isToolPart).flatMap((part) =>
      part.state !== "approval-requested" || !part.approval || isAnswered(answers, part.approval.id) ? [] : [{
        approvalId: part.approval.id,
        messageId: message.id,
        toolCallId: part.toolCallId,
        toolName: toolNameOf(part),
        input: part.input,
      }]
    )
  );
}

/** A question stays open until the user says anything more (K15). */
export function openQuestionOf(
  messages: readonly Message[],
  answers: readonly DurableCommand[],
): OpenQuestion | null {
  const message = messages.at(-1);
  if (message?.role !== "assistant") return null;
  const part = message.parts.findLast((candidate) => candidate.type === "data-input-required");
  if (part?.type !== "data-input-required" || isAnswered(answers, part.data.interruptId)) return null;
  return { ...part.data, messageId: message.id };
}

/** A turn that ended took its approvals with it. */
function isUndecided({ role, metadata }: Message): boolean {
  return role === "assistant" && (metadata?.status === undefined || !isFinal(metadata.status));
}

function isAnswered(answers: readonly DurableCommand[], id: string): boolean {
  return answers.some((command) => answeredBy(command) === id);
}
