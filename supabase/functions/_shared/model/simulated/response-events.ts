/** A reply as the events of a streamed response, numbered from 0. */
import { argumentTextOf, type CompletionFacts, limitTokens } from "./completion-body.ts";
import type { Reply, ReplyCall } from "./reply.ts";
import { splitTokens } from "./split-tokens.ts";

export interface WireEvent {
  type: string;
  /** Without the number, which is its place in the stream. */
  fields: Record<string, unknown>;
  /** Only what costs a model time is paced. */
  isToken: boolean;
}

export interface ResponseFacts extends CompletionFacts {
  isBackground: boolean;
  isStored: boolean;
}

export function* toResponseEvents(reply: Reply, facts: ResponseFacts): Generator<WireEvent> {
  const output: Record<string, unknown>[] = [];
  let outputTokens = 0;
  const { isBackground } = facts;
  yield toStateEvent(
    "response.created",
    toResponse(facts, { status: isBackground ? "queued" : "in_progress" }),
  );
  if (isBackground) yield toStateEvent("response.queued", toResponse(facts, { status: "queued" }));
  yield toStateEvent("response.in_progress", toResponse(facts, { status: "in_progress" }));

  const { tokens, isCut } = limitTokens(reply, facts);
  if (tokens.length > 0 || reply.calls.length === 0) {
    outputTokens += tokens.length;
    output.push(yield* toMessageEvents(reply, { tokens, isCut, id: `msg_${facts.id}` }));
  }
  for (const call of isCut ? [] : reply.calls) {
    const fragments = splitTokens(argumentTextOf(call));
    outputTokens += fragments.length;
    const place = { index: output.length, id: `fc_${facts.id}_${output.length}` };
    output.push(yield* toCallEvents(call, { ...place, callId: facts.createCallId(), fragments }));
  }

  const usage = toUsage(facts.inputTokens, outputTokens);
  const last = isCut
    ? { status: "incomplete", incomplete_details: { reason: "max_output_tokens" }, output, usage }
    : { status: "completed", output, usage };
  yield toStateEvent(`response.${last.status}`, toResponse(facts, last));
}

export function toFailedEvent(facts: ResponseFacts): WireEvent {
  const error = { code: "server_error", message: "The server had an error in mid-stream (simulated)." };
  return toStateEvent("response.failed", toResponse(facts, { status: "failed", error }));
}

/** The response as it stands. */
export function toResponse(facts: ResponseFacts, state: Record<string, unknown>): Record<string, unknown> {
  return {
    id: facts.id,
    object: "response",
    created_at: facts.createdAtSeconds,
    background: facts.isBackground,
    store: facts.isStored,
    model: facts.model,
    error: null,
    incomplete_details: null,
    output: [],
    usage: null,
    ...state,
  };
}

function* toMessageEvents(
  { isRefusal }: Reply,
  { tokens, isCut, id }: { tokens: string[]; isCut: boolean; id: string },
): Generator<WireEvent, Record<string, unknown>> {
  const place = { item_id: id, output_index: 0, content_index: 0 };
  const kind = isRefusal ? "refusal" : "output_text";
  const toPart = (text: string) =>
    isRefusal ? { type: kind, refusal: text } : { type: kind, text, annotations: [] };
  const toItem = (status: string, content: unknown[]) => ({
    id,
    type: "message",
    role: "assistant",
    status,
    content,
  });
  const text = tokens.join("");
  const done = toItem(isCut ? "incomplete" : "completed", [toPart(text)]);
  yield toEvent("response.output_item.added", { output_index: 0, item: toItem("in_progress", []) });
  yield toEvent("response.content_part.added", { ...place, part: toPart("") });
  for (const delta of tokens) {
    yield { ...toEvent(`response.${kind}.delta`, { ...place, delta }), isToken: true };
  }
  yield toEvent(`response.${kind}.done`, { ...place, [isRefusal ? "refusal" : "text"]: text });
  yield toEvent("response.content_part.done", { ...place, part: toPart(text) });
  yield toEvent("response.output_item.done", { output_index: 0, item: done });
  return done;
}

function* toCallEvents(
  { toolName }: ReplyCall,
  { index, id, callId, fragments }: { index: number; id: string; callId: string; fragments: string[] },
): Generator<WireEvent, Record<string, unknown>> {
  const place = { item_id: id, output_index: index };
  const toItem = (status: string, argumentText: string) => ({
    id,
    type: "function_call",
    status,
    call_id: callId,
    name: toolName,
    arguments: argumentText,
  });
  const argumentText = fragments.join("");
  const done = toItem("completed", argumentText);
  yield toEvent("response.output_item.added", { output_index: index, item: toItem("in_progress", "") });
  for (const delta of fragments) {
    yield { ...toEvent("response.function_call_arguments.delta", { ...place, delta }), isToken: true };
  }
  yield toEvent("response.function_call_arguments.done", { ...place, arguments: argumentText });
  yield toEvent("response.output_item.done", { output_index: index, item: done });
  return done;
}

function toEvent(type: string, fields: Record<string, unknown>): WireEvent {
  return { type, fields, isToken: false };
}

function toStateEvent(type: string, response: Record<string, unknown>): WireEvent {
  return toEvent(type, { response });
}

function toUsage(inputTokens: number, outputTokens: number) {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: inputTokens + outputTokens,
  };
}
