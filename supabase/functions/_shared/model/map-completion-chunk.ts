/** The edge between a provider's stream and ours: each chunk becomes parts, while tool calls accumulate by index. */
import type { Usage } from "../protocol/mod.ts";
import { addToolCallFragment, type PendingToolCall } from "./add-tool-call-fragment.ts";
import type { CompletionChunk } from "./completion-chunk.ts";
import { estimateUsage } from "./estimate-usage.ts";
import type { FinishReason, ModelPart } from "./language-model.ts";

/** What has been seen of a completion. `outputLength` counts characters, for providers that report no usage. */
export interface Completion {
  readonly id: string;
  readonly model: string;
  readonly toolCalls: readonly PendingToolCall[];
  readonly finishReason: string | null;
  readonly isRefused: boolean;
  readonly usage: Usage | null;
  readonly outputLength: number;
}

export function startCompletion({ id, model }: { id: string; model: string }): Completion {
  return { id, model, toolCalls: [], finishReason: null, isRefused: false, usage: null, outputLength: 0 };
}

export interface MappedChunk {
  completion: Completion;
  parts: ModelPart[];
}

/** Pure: the completion given is not touched. Choices other than the first are ignored; we never ask for them. */
export function mapCompletionChunk(completion: Completion, chunk: CompletionChunk): MappedChunk {
  const parts: ModelPart[] = [];
  const choice = chunk.choices?.find(({ index }) => (index ?? 0) === 0);
  const delta = choice?.delta;

  const reasoning = delta?.reasoning_content ?? delta?.reasoning;
  if (reasoning) parts.push({ type: "reasoning-delta", delta: reasoning });
  if (delta?.content) parts.push({ type: "text-delta", delta: delta.content });
  if (delta?.refusal) parts.push({ type: "text-delta", delta: delta.refusal });

  let { toolCalls } = completion;
  for (const fragment of delta?.tool_calls ?? []) {
    const added = addToolCallFragment(toolCalls, { fragment, completionId: completion.id });
    toolCalls = added.toolCalls;
    parts.push(...added.parts);
  }

  return {
    parts,
    completion: {
      id: completion.id,
      model: chunk.model || completion.model,
      toolCalls,
      finishReason: completion.finishReason ?? choice?.finish_reason ?? null,
      isRefused: completion.isRefused || Boolean(delta?.refusal),
      usage: chunk.usage ? toUsage(chunk.usage) : completion.usage,
      outputLength: completion.outputLength + lengthOf(parts),
    },
  };
}

/** The parts that close a completion. The caller has made sure that it has a finish reason. */
export function endCompletion(completion: Completion, { inputLength }: { inputLength: number }): ModelPart[] {
  const { toolCalls, usage, outputLength, model } = completion;
  return [
    ...toolCalls.map(({ toolCallId, toolName, argumentText }): ModelPart => ({
      type: "tool-call-end",
      toolCallId,
      toolName,
      arguments: argumentText,
    })),
    {
      type: "finish",
      finishReason: toFinishReason(completion),
      usage: usage ?? estimateUsage({ inputLength, outputLength }),
      model,
    },
  ];
}

function toFinishReason({ finishReason, isRefused, toolCalls }: Completion): FinishReason {
  if (isRefused) return "content-filter";
  switch (finishReason) {
    case "length":
      return "length";
    case "content_filter":
      return "content-filter";
    case "stop":
    case "tool_calls":
    case "function_call":
      // Some providers say "stop" although they called a tool.
      return toolCalls.length > 0 ? "tool-calls" : "stop";
    default:
      return "other";
  }
}

function toUsage(
  { prompt_tokens, completion_tokens, total_tokens }: NonNullable<CompletionChunk["usage"]>,
): Usage {
  const inputTokens = prompt_tokens ?? 0;
  const outputTokens = completion_tokens ?? 0;
  return { inputTokens, outputTokens, totalTokens: total_tokens ?? inputTokens + outputTokens };
}

function lengthOf(parts: ModelPart[]): number {
  return parts.reduce((sum, part) => {
    if (part.type === "tool-call-delta") return sum + part.argumentsDelta.length;
    return part.type === "text-delta" || part.type === "reasoning-delta" ? sum + part.delta.length : sum;
  }, 0);
}
