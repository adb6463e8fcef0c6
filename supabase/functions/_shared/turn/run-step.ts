/** One model call: its parts become chunks as they arrive, together what came together; its tool calls are handed back whole. */
import type {
  FinishReason,
  ModelCheckpoint,
  ModelMessage,
  ModelPart,
  ModelToolCall,
  ToolDefinition,
} from "../model/language-model.ts";
import type { Chunk, Usage } from "../protocol/mod.ts";
import { createSpeech, type Speech } from "./speech.ts";
import type { TurnContext } from "./turn-context.ts";

export interface StepRequest {
  /** Asked for when the call is made: a step that is taken back changes them. */
  messages(): ModelMessage[];
  tools: ToolDefinition[];
  checkpoint?: ModelCheckpoint;
  onFirstPart(): void;
}

export interface StepResult {
  toolCalls: ModelToolCall[];
  /** Said, and not written yet: it has no checkpoint behind it, so it has to commit with what follows from the step. */
  tail: Chunk[];
  finishReason: FinishReason;
  usage: Usage;
  model: string;
}

/** @throws ModelError when the provider fails, the signal's reason when the turn is stopped. */
export async function runStep(context: TurnContext, request: StepRequest): Promise<StepResult> {
  const { ports, signal } = context;
  const { tools, checkpoint } = request;
  const speech = createSpeech(context.createPartId, context.answer.openSpeech());
  const toolCalls: ModelToolCall[] = [];
  let finish: Omit<StepResult, "toolCalls" | "tail"> | undefined;
  let isFirst = true;
  let said: Chunk[] = [];
  // Once the model gives checkpoints, what it says waits for the place after it: both commit together.
  let awaitsCheckpoint = checkpoint !== undefined;

  async function emit(reached?: ModelCheckpoint | null): Promise<void> {
    const chunks = said;
    said = [];
    await context.emit(chunks, reached);
  }

  const pieces = ports.model.stream({
    messages: request.messages(),
    ...{ tools, signal },
    ...(checkpoint ? { checkpoint } : {}),
  });
  for await (const parts of pieces) {
    signal.throwIfAborted();
    if (isFirst && parts.some(isAnswer)) {
      isFirst = false;
      request.onFirstPart();
    }
    for (const part of parts) {
      if (part.type === "tool-call-end") {
        toolCalls.push({ toolCallId: part.toolCallId, toolName: part.toolName, arguments: part.arguments });
      } else if (part.type === "finish") {
        finish = { finishReason: part.finishReason, usage: part.usage, model: part.model };
      } else if (part.type === "checkpoint") {
        awaitsCheckpoint = true;
        await emit(part.checkpoint);
      } else {
        for (const chunk of toChunks(part, { context, speech })) said.push(chunk);
        if (part.type !== "notice" || !awaitsCheckpoint) continue;
        // Another model answers: the place reached leads nowhere now, and the other one may give none.
        awaitsCheckpoint = false;
        await emit(null);
      }
    }
    if (said.length > 0 && !awaitsCheckpoint) await emit();
  }
  signal.throwIfAborted();
  if (!finish) throw new Error("Model stream ended without a finish part");
  said.push(...speech.end());
  if (awaitsCheckpoint) return { toolCalls, tail: said, ...finish };
  if (said.length > 0) await emit();
  return { toolCalls, tail: [], ...finish };
}

function isAnswer({ type }: ModelPart): boolean {
  return type !== "checkpoint" && type !== "notice";
}

type SpokenPart = Exclude<ModelPart, { type: "checkpoint" | "tool-call-end" | "finish" }>;

function toChunks(part: SpokenPart, { context, speech }: { context: TurnContext; speech: Speech }): Chunk[] {
  switch (part.type) {
    case "text-delta":
      return speech.say("text", part.delta);
    case "reasoning-delta":
      return speech.say("reasoning", part.delta);
    case "tool-call-start": {
      const { toolCallId, toolName } = part;
      return [...speech.end(), { type: "tool-input-start", toolCallId, toolName }];
    }
    case "tool-call-delta":
      return [{
        type: "tool-input-delta",
        toolCallId: part.toolCallId,
        inputTextDelta: part.argumentsDelta,
      }];
    case "notice":
      return context.isNews(part.notice) ? [{ type: "data-notice", data: part.notice }] : [];
  }
}
