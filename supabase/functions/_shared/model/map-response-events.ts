/** The edge between a stored response and ours: each event becomes parts, also where the reading began in the middle. */
import { estimateUsage } from "./estimate-usage.ts";
import type { FinishReason, ModelPart } from "./language-model.ts";
import type { ResponseEvent, ResponseItem, ResponseState } from "./response-event.ts";
import { toLostCheckpoint, toModelError } from "./to-model-error.ts";

export interface ResponseMapOptions {
  /** For a provider that does not tell. */
  model: string;
  inputLength: number;
  /** What came before was read by somebody else. */
  isContinuation: boolean;
}

interface PendingCall {
  /** `null` when its beginning was not read. */
  begun: { toolCallId: string; toolName: string } | null;
  argumentText: string;
}

const NONE: readonly ModelPart[] = [];

/** The function returned takes the events in order. It throws ModelError at one that says the response failed. */
export function mapResponseEvents(
  { model, inputLength, isContinuation }: ResponseMapOptions,
): (event: ResponseEvent) => readonly ModelPart[] {
  const pendingCalls = new Map<number, PendingCall>();
  let hasCalled = false;
  let isRefused = false;

  function mapEvent(event: ResponseEvent): readonly ModelPart[] {
    switch (event.type) {
      case "response.refusal.delta":
        isRefused = true;
        return event.delta ? [{ type: "text-delta", delta: event.delta }] : NONE;
      case "response.output_text.delta":
        return event.delta ? [{ type: "text-delta", delta: event.delta }] : NONE;
      case "response.reasoning_summary_text.delta":
      case "response.reasoning_text.delta":
        return event.delta ? [{ type: "reasoning-delta", delta: event.delta }] : NONE;
      case "response.reasoning_summary_part.added":
        return event.summary_index ? [{ type: "reasoning-delta", delta: "\n\n" }] : NONE;
      case "response.output_item.added":
        return isCall(event.item) ? beginCall(event.output_index ?? 0, event.item) : NONE;
      case "response.function_call_arguments.delta":
        return addArguments(event.output_index ?? 0, event.delta ?? "");
      case "response.output_item.done":
        return isCall(event.item) ? endCall(event.output_index ?? 0, event.item) : NONE;
      case "response.completed":
      case "response.incomplete":
        return finish(event.response ?? {});
      case "response.failed":
        throw toModelError(event.response?.error ?? new Error("The response failed"));
      case "response.cancelled":
        throw toLostCheckpoint(new Error("The response was cancelled"));
      case "error":
        throw toModelError(event);
      default:
        return NONE;
    }
  }

  function beginCall(index: number, item: ResponseItem): ModelPart[] {
    const begun = toIdentity(index, item);
    const argumentText = item.arguments ?? "";
    pendingCalls.set(index, { begun, argumentText });
    hasCalled = true;
    return [{ type: "tool-call-start", ...begun }, ...toDelta(begun.toolCallId, argumentText)];
  }

  function addArguments(index: number, delta: string): readonly ModelPart[] {
    const call = pendingCalls.get(index);
    if (call) call.argumentText += delta;
    else pendingCalls.set(index, { begun: null, argumentText: delta });
    return call?.begun ? toDelta(call.begun.toolCallId, delta) : NONE;
  }

  function endCall(index: number, item: ResponseItem): ModelPart[] {
    const call = pendingCalls.get(index);
    const begun = call?.begun ?? toIdentity(index, item);
    const argumentText = item.arguments ?? call?.argumentText ?? "";
    pendingCalls.delete(index);
    hasCalled = true;
    const isUnannounced = !call?.begun && !isContinuation;
    return [
      ...(isUnannounced ? [{ type: "tool-call-start" as const, ...begun }] : []),
      // Deltas name no call, so those whose call was not known yet had to wait for it.
      ...(call && !call.begun ? toDelta(begun.toolCallId, call.argumentText) : []),
      { type: "tool-call-end", ...begun, arguments: argumentText },
    ];
  }

  function finish(response: ResponseState): ModelPart[] {
    const output = response.output ?? [];
    const ends = [...pendingCalls].flatMap(([index, { begun, argumentText }]) => {
      const item = output[index];
      if (isCall(item)) return endCall(index, item);
      return begun ? [{ type: "tool-call-end" as const, ...begun, arguments: argumentText }] : [];
    });
    const finishReason = toFinishReason(response, {
      isRefused: isRefused || output.some(isRefusal),
      hasCalled: hasCalled || output.some(isCall),
    });
    return [...ends, {
      type: "finish",
      finishReason,
      usage: toUsage(response, inputLength),
      model: response.model || model,
    }];
  }

  return mapEvent;
}

function toIdentity(index: number, { id, call_id, name }: ResponseItem) {
  return { toolCallId: call_id || id || `call_${index}`, toolName: name ?? "" };
}

function toDelta(toolCallId: string, argumentsDelta: string): ModelPart[] {
  return argumentsDelta === "" ? [] : [{ type: "tool-call-delta", toolCallId, argumentsDelta }];
}

function isCall(item: ResponseItem | null | undefined): item is ResponseItem {
  return item?.type === "function_call";
}

function isRefusal({ content }: ResponseItem): boolean {
  return content?.some(({ type }) => type === "refusal") ?? false;
}

function toFinishReason(
  { incomplete_details }: ResponseState,
  { isRefused, hasCalled }: { isRefused: boolean; hasCalled: boolean },
): FinishReason {
  if (isRefused) return "content-filter";
  switch (incomplete_details?.reason) {
    case undefined:
    case null:
      return hasCalled ? "tool-calls" : "stop";
    case "max_output_tokens":
      return "length";
    case "content_filter":
      return "content-filter";
    default:
      return "other";
  }
}

function toUsage({ usage, output }: ResponseState, inputLength: number) {
  if (!usage) return estimateUsage({ inputLength, outputLength: (output ?? []).reduce(addLength, 0) });
  const inputTokens = usage.input_tokens ?? 0;
  const outputTokens = usage.output_tokens ?? 0;
  return { inputTokens, outputTokens, totalTokens: usage.total_tokens ?? inputTokens + outputTokens };
}

function addLength(sum: number, { content, arguments: argumentText }: ResponseItem): number {
  const spoken = (content ?? []).map(({ text, refusal }) => text ?? refusal ?? "").join("");
  return sum + spoken.length + (argumentText ?? "").length;
}
