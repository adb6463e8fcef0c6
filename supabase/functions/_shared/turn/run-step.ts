/** One model call: its parts become chunks as they arrive; its tool calls are handed back whole. */
import type { FinishReason, ModelMessage, ModelToolCall, ToolDefinition } from "../model/language-model.ts";
import type { Usage } from "../protocol/mod.ts";
import type { TurnContext } from "./turn-context.ts";

export interface StepRequest {
  messages: ModelMessage[];
  tools: ToolDefinition[];
  onFirstPart(): void;
}

export interface StepResult {
  toolCalls: ModelToolCall[];
  finishReason: FinishReason;
  usage: Usage;
  model: string;
}

/** @throws ModelError when the provider fails, the signal's reason when the turn is stopped. */
export async function runStep(context: TurnContext, request: StepRequest): Promise<StepResult> {
  const { ports, signal } = context;
  const speech = createSpeech(context);
  const toolCalls: ModelToolCall[] = [];
  let finish: Omit<StepResult, "toolCalls"> | undefined;
  let isFirst = true;

  for await (const part of ports.model.stream({ messages: request.messages, tools: request.tools, signal })) {
    signal.throwIfAborted();
    if (isFirst && part.type !== "notice") {
      isFirst = false;
      request.onFirstPart();
    }
    switch (part.type) {
      case "text-delta":
        await speech.say("text", part.delta);
        break;
      case "reasoning-delta":
        await speech.say("reasoning", part.delta);
        break;
      case "tool-call-start":
        await speech.end();
        await context.emit([{
          type: "tool-input-start",
          toolCallId: part.toolCallId,
          toolName: part.toolName,
        }]);
        break;
      case "tool-call-delta":
        await context.emit([
          { type: "tool-input-delta", toolCallId: part.toolCallId, inputTextDelta: part.argumentsDelta },
        ]);
        break;
      case "tool-call-end":
        toolCalls.push({ toolCallId: part.toolCallId, toolName: part.toolName, arguments: part.arguments });
        break;
      case "notice":
        if (context.isNews(part.notice)) await context.emit([{ type: "data-notice", data: part.notice }]);
        break;
      case "finish":
        finish = { finishReason: part.finishReason, usage: part.usage, model: part.model };
        break;
    }
  }
  signal.throwIfAborted();
  await speech.end();
  if (!finish) throw new Error("Model stream ended without a finish part");
  return { toolCalls, ...finish };
}

/** Opens and closes text and reasoning parts around the deltas; at most one is open. */
function createSpeech(context: TurnContext) {
  let open: { kind: "text" | "reasoning"; id: string } | null = null;

  async function end(): Promise<void> {
    if (!open) return;
    const { kind, id } = open;
    open = null;
    await context.emit([{ type: `${kind}-end`, id }]);
  }

  async function say(kind: "text" | "reasoning", delta: string): Promise<void> {
    if (delta === "") return;
    if (open?.kind !== kind) {
      await end();
      open = { kind, id: context.createPartId() };
      await context.emit([{ type: `${kind}-start`, id: open.id }, {
        type: `${kind}-delta`,
        id: open.id,
        delta,
      }]);
      return;
    }
    await context.emit([{ type: `${kind}-delta`, id: open.id, delta }]);
  }

  return { say, end };
}
