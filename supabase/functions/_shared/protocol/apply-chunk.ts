/** Builds a message from its chunks: the one reducer that server, clients and tests share. */
import type { Chunk } from "./chunk.ts";
import {
  currentStepOf,
  isToolPart,
  type Message,
  type MessagePart,
  textOf,
  type ToolPart,
} from "./message.ts";

/** A message being written. */
export interface Draft {
  readonly message: Message;
  /** The id of an unfinished text or reasoning part, and its index. */
  readonly openParts: Readonly<Record<string, number>>;
  /** The most that the current step had said before it began again (K13). */
  readonly takenBack: string;
}

/** Starts a draft, or continues `message` after a pause (an approval). */
export function toDraft(message: Message): Draft {
  return { message, openParts: {}, takenBack: "" };
}

/** Applies one chunk and returns the new draft; the old one is not touched. Chunks that carry no content change nothing. */
export function applyChunk(draft: Draft, chunk: Chunk): Draft {
  switch (chunk.type) {
    case "start":
    case "message-metadata":
    case "finish":
      return withMetadata(draft, chunk.messageMetadata);
    case "start-step":
      return toDraft(withPart(draft.message, { type: "step-start" }));
    case "text-start":
      return opened(draft, chunk.id, { type: "text", text: "", state: "streaming" });
    case "reasoning-start":
      return opened(draft, chunk.id, { type: "reasoning", text: "", state: "streaming" });
    case "text-delta":
    case "reasoning-delta":
      return changeOpen(draft, chunk.id, (part) => ({ ...part, text: part.text + chunk.delta }));
    case "text-end":
    case "reasoning-end":
      return closed(draft, chunk.id);
    case "tool-input-start":
      return changeTool(draft, chunk.toolCallId, { state: "input-streaming", rawInput: "" }, chunk.toolName);
    case "tool-input-delta": {
      const streamed = toolPartOf(draft, chunk.toolCallId)?.rawInput ?? "";
      return changeTool(draft, chunk.toolCallId, { rawInput: String(streamed) + chunk.inputTextDelta });
    }
    case "tool-input-available": {
      const change = { state: "input-available", input: chunk.input, rawInput: undefined } as const;
      return changeTool(draft, chunk.toolCallId, change, chunk.toolName);
    }
    case "tool-input-error": {
      const { input, errorText } = chunk;
      const change = { state: "output-error", input, errorText, rawInput: undefined } as const;
      return changeTool(draft, chunk.toolCallId, change, chunk.toolName);
    }
    case "tool-approval-request":
      return changeTool(draft, chunk.toolCallId, {
        state: "approval-requested",
        approval: { id: chunk.approvalId },
      });
    case "tool-approval-response": {
      const { approvalId, approved, reason } = chunk;
      const asked = draft.message.parts.filter(isToolPart).find((part) => part.approval?.id === approvalId);
      if (!asked) return draft;
      const approval = { id: approvalId, approved, ...(reason === undefined ? {} : { reason }) };
      return changeTool(draft, asked.toolCallId, { state: "approval-responded", approval });
    }
    case "tool-output-available":
      return changeTool(draft, chunk.toolCallId, { state: "output-available", output: chunk.output });
    case "tool-output-error":
      return changeTool(draft, chunk.toolCallId, { state: "output-error", errorText: chunk.errorText });
    case "tool-output-denied":
      return changeTool(draft, chunk.toolCallId, { state: "output-denied" });
    case "data-input-required":
    case "data-notice":
      return { ...draft, message: withPart(draft.message, chunk) };
    case "abort":
    case "error":
      return Object.keys(draft.openParts).reduce(closed, draft);
    case "finish-step":
      return toDraft(draft.message);
    case "reset-step":
      return withoutCurrentStep(draft);
  }
}

function withoutCurrentStep({ message, takenBack }: Draft): Draft {
  const step = currentStepOf(message);
  const said = textOf({ ...message, parts: step });
  const parts = message.parts.slice(0, message.parts.length - step.length);
  return {
    ...toDraft({ ...message, parts }),
    takenBack: said.length > takenBack.length ? said : takenBack,
  };
}

function withMetadata(draft: Draft, metadata: Message["metadata"]): Draft {
  if (!metadata) return draft;
  return { ...draft, message: { ...draft.message, metadata: { ...draft.message.metadata, ...metadata } } };
}

function withPart(message: Message, part: MessagePart): Message {
  return { ...message, parts: [...message.parts, part] };
}

function opened(draft: Draft, id: string, part: MessagePart): Draft {
  const openParts = { ...draft.openParts, [id]: draft.message.parts.length };
  return { ...draft, message: withPart(draft.message, part), openParts };
}

type SpeechPart = Extract<MessagePart, { type: "text" | "reasoning" }>;

function changeOpen(draft: Draft, id: string, change: (part: SpeechPart) => SpeechPart): Draft {
  const index = draft.openParts[id];
  const part = index === undefined ? undefined : draft.message.parts[index];
  if (index === undefined || !part || (part.type !== "text" && part.type !== "reasoning")) return draft;
  return { ...draft, message: { ...draft.message, parts: draft.message.parts.with(index, change(part)) } };
}

function closed(draft: Draft, id: string): Draft {
  const ended = changeOpen(draft, id, (part) => ({ ...part, state: "done" }));
  const { [id]: _closed, ...openParts } = ended.openParts;
  return { ...ended, openParts };
}

function toolPartOf(draft: Draft, toolCallId: string): ToolPart | undefined {
  return draft.message.parts.filter(isToolPart).find((part) => part.toolCallId === toolCallId);
}

/** Changes the part of a tool call, or adds it when the call is new and its name is known. */
function changeTool(draft: Draft, toolCallId: string, change: Partial<ToolPart>, toolName?: string): Draft {
  const { message } = draft;
  const index = message.parts.findIndex((part) => isToolPart(part) && part.toolCallId === toolCallId);
  const existing = message.parts[index];
  if (existing && isToolPart(existing)) {
    return {
      ...draft,
      message: { ...message, parts: message.parts.with(index, { ...existing, ...change }) },
    };
  }
  if (toolName === undefined) return draft;
  const part: ToolPart = { type: `tool-${toolName}`, toolCallId, state: "input-streaming", ...change };
  return { ...draft, message: withPart(message, part) };
}
