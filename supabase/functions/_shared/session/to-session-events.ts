/** What of a stream of chunks belongs in the event log, in words a person can read in the dashboard. */
import type { Chunk } from "../protocol/mod.ts";
import type { SessionEvent } from "../store/session-store.ts";

export interface ChunkPlace {
  seq: number;
  turnId: string;
  messageId: string;
}

/** The event of a chunk that is a fact (tool call, result, question, approval); `null` for speech and bookkeeping. */
export function toSessionEvent(chunk: Chunk, { seq, turnId, messageId }: ChunkPlace): SessionEvent | null {
  const facts = { turnId, messageId };
  switch (chunk.type) {
    case "tool-input-available": {
      const { toolCallId, toolName, input } = chunk;
      const content = `${toolName}(${JSON.stringify(input)})`;
      const data = { kind: "tool_call", toolCallId, toolName, input, ...facts };
      return { seq, eventType: "tool_call", role: "assistant", content, data };
    }
    case "tool-input-error": {
      const { toolCallId, toolName, input, errorText } = chunk;
      const data = { kind: "tool_call_refused", toolCallId, toolName, input, errorText, ...facts };
      return { seq, eventType: "tool_call", role: "assistant", content: `${toolName}: ${errorText}`, data };
    }
    case "tool-output-available": {
      const { toolCallId, output } = chunk;
      const data = { kind: "tool_result", toolCallId, output, ...facts };
      return { seq, eventType: "tool_result", role: "tool", content: JSON.stringify(output), data };
    }
    case "tool-output-error": {
      const { toolCallId, errorText } = chunk;
      const data = { kind: "tool_failed", toolCallId, errorText, ...facts };
      return { seq, eventType: "tool_result", role: "tool", content: errorText, data };
    }
    case "tool-approval-request": {
      const { approvalId, toolCallId } = chunk;
      const data = { kind: "approval_asked", approvalId, toolCallId, ...facts };
      return { seq, eventType: "interaction", role: "assistant", content: "Asked for an approval", data };
    }
    case "tool-approval-response": {
      const { approvalId, approved, reason } = chunk;
      const data = { kind: "approval_given", approvalId, approved, ...(reason ? { reason } : {}), ...facts };
      return { seq, eventType: "interaction", role: "user", content: approved ? "Approved" : "Denied", data };
    }
    case "data-input-required": {
      const data = { kind: "input_required", ...chunk.data, ...facts };
      return { seq, eventType: "interaction", role: "assistant", content: chunk.data.question, data };
    }
    default:
      return null;
  }
}
