/** What a chat has to hear to get one part of a message from what it holds to what it is now. */
import { isToolPart, type MessagePart, toolNameOf, type ToolPart } from "../protocol.ts";
import type { ChatChunk } from "./chat-types.ts";

/** `behind`: the chat holds more than there is, and the rest may be told again. `other`: it holds something else. */
export type PartTelling = readonly ChatChunk[] | "behind" | "other";

type SpeechPart = Extract<MessagePart, { type: "text" | "reasoning" }>;

const NOTHING: readonly ChatChunk[] = [];

export function tellPart(
  before: MessagePart | undefined,
  { part, partId }: { part: MessagePart; partId: string },
): PartTelling {
  if (before === part) return NOTHING;
  if (isToolPart(part)) return tellTool(before, part);
  if (before && before.type !== part.type) return "other";
  switch (part.type) {
    case "text":
    case "reasoning":
      return tellSpeech(before as SpeechPart | undefined, { part, partId });
    case "step-start":
      return before ? NOTHING : [{ type: "start-step" }];
    case "data-input-required":
    case "data-notice":
      return before ? NOTHING : [part];
  }
}

function tellSpeech(
  before: SpeechPart | undefined,
  { part, partId: id }: { part: SpeechPart; partId: string },
): PartTelling {
  const { type, text } = part;
  const isOpen = part.state === "streaming";
  const told = before?.text ?? "";
  if (!text.startsWith(told)) return told.startsWith(text) ? "behind" : "other";
  const delta = text.slice(told.length);
  if (before && before.state !== "streaming") {
    if (delta !== "") return "other";
    return isOpen ? "behind" : NOTHING;
  }
  return [
    ...(before ? [] : [{ type: `${type}-start`, id } as const]),
    ...(delta === "" ? [] : [{ type: `${type}-delta`, id, delta } as const]),
    ...(isOpen ? [] : [{ type: `${type}-end`, id } as const]),
  ];
}

const PROGRESS: Record<ToolPart["state"], number> = {
  "input-streaming": 0,
  "input-available": 1,
  "approval-requested": 2,
  "approval-responded": 3,
  "output-available": 4,
  "output-error": 4,
  "output-denied": 4,
};

function tellTool(before: MessagePart | undefined, part: ToolPart): PartTelling {
  if (!before) return part.state === "input-streaming" ? tellInput("", part, true) : toolChunks(-1, part);
  if (!isToolPart(before) || before.type !== part.type || before.toolCallId !== part.toolCallId) {
    return "other";
  }
  const told = PROGRESS[before.state];
  if (PROGRESS[part.state] < told) return "behind";
  if (PROGRESS[part.state] > told) return toolChunks(told, part);
  if (part.state !== before.state) return "other";
  return part.state === "input-streaming" ? tellInput(String(before.rawInput ?? ""), part) : NOTHING;
}

function tellInput(told: string, part: ToolPart, isNew = false): PartTelling {
  const { toolCallId } = part;
  const rawInput = String(part.rawInput ?? "");
  if (!rawInput.startsWith(told)) return told.startsWith(rawInput) ? "behind" : "other";
  const inputTextDelta = rawInput.slice(told.length);
  return [
    ...(isNew ? [{ type: "tool-input-start", toolCallId, toolName: toolNameOf(part) } as const] : []),
    ...(inputTextDelta === "" ? [] : [{ type: "tool-input-delta", toolCallId, inputTextDelta } as const]),
  ];
}

/** Every stage of a call after `told`, so that a call that arrives finished reads like one that was watched. */
function toolChunks(told: number, part: ToolPart): ChatChunk[] {
  const { toolCallId, state, input, output, errorText = "", approval } = part;
  const toolName = toolNameOf(part);
  if (state === "output-error" && told < PROGRESS["input-available"] && !approval) {
    return [{ type: "tool-input-error", toolCallId, toolName, input, errorText }];
  }
  const chunks: ChatChunk[] = [];
  if (told < PROGRESS["input-available"]) {
    chunks.push({ type: "tool-input-available", toolCallId, toolName, input });
  }
  if (approval && told < PROGRESS["approval-requested"]) {
    chunks.push({ type: "tool-approval-request", approvalId: approval.id, toolCallId });
  }
  if (approval?.approved !== undefined && told < PROGRESS["approval-responded"]) {
    const { id: approvalId, approved, reason } = approval;
    chunks.push({
      type: "tool-approval-response",
      approvalId,
      approved,
      ...(reason === undefined ? {} : { reason }),
    });
  }
  if (state === "output-available") chunks.push({ type: "tool-output-available", toolCallId, output });
  if (state === "output-error") chunks.push({ type: "tool-output-error", toolCallId, errorText });
  if (state === "output-denied") chunks.push({ type: "tool-output-denied", toolCallId });
  return chunks;
}
