/** Accumulates the fragments of tool calls: argument text is joined, interleaved calls are kept apart. */
import type { ToolCallFragment } from "./completion-chunk.ts";
import type { ModelPart } from "./language-model.ts";

export interface PendingToolCall {
  readonly index: number;
  readonly toolCallId: string;
  readonly toolName: string;
  readonly argumentText: string;
}

export interface AddedFragment {
  toolCalls: readonly PendingToolCall[];
  parts: ModelPart[];
}

export function addToolCallFragment(
  toolCalls: readonly PendingToolCall[],
  { fragment, completionId }: { fragment: ToolCallFragment; completionId: string },
): AddedFragment {
  const delta = fragment.function?.arguments ?? "";
  const position = positionOf(toolCalls, fragment);
  const known = toolCalls[position];
  if (known) {
    const changed = { ...known, argumentText: known.argumentText + delta };
    return { toolCalls: toolCalls.with(position, changed), parts: toDelta(known.toolCallId, delta) };
  }
  const toolName = fragment.function?.name ?? "";
  // A provider that gives no id at all still needs one that is unique in the session.
  const toolCallId = fragment.id || `call_${completionId}_${toolCalls.length}`;
  const index = fragment.index ?? toolCalls.length;
  return {
    toolCalls: [...toolCalls, { index, toolCallId, toolName, argumentText: delta }],
    parts: [{ type: "tool-call-start", toolCallId, toolName }, ...toDelta(toolCallId, delta)],
  };
}

/**
 * Which call a fragment belongs to; -1 for a new one. The id decides where there is one: some providers send whole
 * parallel calls that all carry index 0, or none.
 */
function positionOf(toolCalls: readonly PendingToolCall[], fragment: ToolCallFragment): number {
  const { id, index } = fragment;
  const startsNew = Boolean(fragment.function?.name) && Boolean(id);
  const byId = id ? toolCalls.findIndex(({ toolCallId }) => toolCallId === id) : -1;
  if (byId !== -1 || startsNew) return byId;
  if (index !== undefined && index !== null) return toolCalls.findLastIndex((call) => call.index === index);
  return fragment.function?.name ? -1 : toolCalls.length - 1;
}

function toDelta(toolCallId: string, argumentsDelta: string): ModelPart[] {
  return argumentsDelta === "" ? [] : [{ type: "tool-call-delta", toolCallId, argumentsDelta }];
}
