/** What the model is told became of a tool call: the output as JSON, or `{ error, message }` in honest words. */
import type { ModelToolCall } from "../model/language-model.ts";
import { type Message, toolNameOf, type ToolPart } from "../protocol/mod.ts";

/** A single result longer than this would push the conversation itself out of the model's sight. */
const MAX_RESULT_CHARACTERS = 12_000;

export function toToolCall(part: ToolPart): ModelToolCall {
  return {
    toolCallId: part.toolCallId,
    toolName: toolNameOf(part),
    // Some providers parse the arguments of earlier calls and refuse a transcript that has broken ones.
    arguments: isRecord(part.input) ? JSON.stringify(part.input) : "{}",
  };
}

export function toToolResult(part: ToolPart, message: Message): string {
  switch (part.state) {
    case "output-available":
      return truncate(JSON.stringify(part.output ?? null));
    case "output-error":
      return toInputProblem(part, message) ?? failure("tool_failed", part.errorText ?? "The tool failed.");
    case "output-denied":
      return failure("denied", toDenial(part.approval?.reason));
    case "approval-requested":
      return failure(
        "awaiting_approval",
        "The user has not decided about this call. It has not been carried out.",
      );
    case "approval-responded":
      return part.approval?.approved === false ? failure("denied", toDenial(part.approval.reason)) : failure(
        "outcome_unknown",
        "The call was approved, but no result arrived. It may have been carried out.",
      );
    case "input-available":
      return failure("outcome_unknown", "The call was interrupted. It may or may not have been carried out.");
    case "input-streaming":
      return failure(
        "not_called",
        "The call was interrupted while it was being written. It was not carried out.",
      );
  }
}

/** A call that never ran because its arguments were incomplete or broken. */
function toInputProblem(part: ToolPart, message: Message): string | null {
  const asked = message.parts.flatMap((other) => other.type === "data-input-required" ? [other.data] : [])
    .find((data) => data.toolCallId === part.toolCallId);
  if (asked) {
    const { missing, question } = asked;
    return failure("missing_parameters", `Ask the user: ${question}`, { missing });
  }
  if (isRecord(part.input) || part.input === undefined) return null;
  const received = truncate(typeof part.input === "string" ? part.input : JSON.stringify(part.input));
  return failure("invalid_arguments", part.errorText ?? "The arguments are not valid.", { received });
}

function toDenial(reason: string | undefined): string {
  const because = reason ? ` Reason given: ${reason}` : "";
  return `The user did not approve this call. It was not carried out.${because}`;
}

function failure(error: string, message: string, details: Record<string, unknown> = {}): string {
  return JSON.stringify({ error, message, ...details });
}

function truncate(text: string): string {
  if (text.length <= MAX_RESULT_CHARACTERS) return text;
  return `${text.slice(0, MAX_RESULT_CHARACTERS)}… (shortened, ${text.length} characters in all)`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
