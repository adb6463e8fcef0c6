/** A reply in the provider's wire format: as streamed chunks or as one object. */
import type { Reply, ReplyCall } from "./reply.ts";
import { splitTokens } from "./split-tokens.ts";

export interface CompletionFacts {
  id: string;
  createdAtSeconds: number;
  model: string;
  inputTokens: number;
  includeUsage: boolean;
  maxTokens: number | undefined;
  createCallId(): string;
}

/** One streamed chunk. Only what costs a model time is paced. */
export interface WireChunk {
  json: string;
  isToken: boolean;
}

export function* toWireChunks(reply: Reply, facts: CompletionFacts): Generator<WireChunk> {
  const { tokens, isCut } = limitTokens(reply, facts);
  const speech = reply.isRefusal ? "refusal" : "content";
  yield toChunk({ role: "assistant", content: reply.calls.length > 0 ? null : "", refusal: null }, facts);
  for (const token of tokens) yield { ...toChunk({ [speech]: token }, facts), isToken: true };

  let outputTokens = tokens.length;
  for (const [index, call] of reply.calls.entries()) {
    const start = {
      index,
      id: facts.createCallId(),
      type: "function",
      function: { name: call.toolName, arguments: "" },
    };
    yield toChunk({ tool_calls: [start] }, facts);
    for (const fragment of splitTokens(argumentTextOf(call))) {
      outputTokens++;
      yield {
        ...toChunk({ tool_calls: [{ index, function: { arguments: fragment } }] }, facts),
        isToken: true,
      };
    }
  }

  yield toChunk({}, facts, finishReasonOf(reply, isCut));
  if (facts.includeUsage) {
    const body = { ...envelope(facts), choices: [], usage: toUsage(facts.inputTokens, outputTokens) };
    yield { json: JSON.stringify(body), isToken: false };
  }
}

export function toWholeCompletion(reply: Reply, facts: CompletionFacts): Record<string, unknown> {
  const { tokens, isCut } = limitTokens(reply, facts);
  const text = tokens.join("");
  const calls = reply.calls.map((call) => ({
    id: facts.createCallId(),
    type: "function",
    function: { name: call.toolName, arguments: argumentTextOf(call) },
  }));
  const outputTokens = tokens.length +
    reply.calls.flatMap((call) => splitTokens(argumentTextOf(call))).length;
  const message = {
    role: "assistant",
    content: reply.isRefusal || calls.length > 0 ? null : text,
    refusal: reply.isRefusal ? text : null,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  return {
    ...envelope(facts),
    object: "chat.completion",
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReasonOf(reply, isCut) }],
    usage: toUsage(facts.inputTokens, outputTokens),
  };
}

function envelope({ id, createdAtSeconds, model }: CompletionFacts) {
  return { id, object: "chat.completion.chunk", created: createdAtSeconds, model, system_fingerprint: null };
}

function toChunk(delta: object, facts: CompletionFacts, finishReason: string | null = null): WireChunk {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }];
  const usage = facts.includeUsage ? { usage: null } : {};
  return { json: JSON.stringify({ ...envelope(facts), choices, ...usage }), isToken: false };
}

/** What may be said of the text. */
export function limitTokens({ text }: Reply, { maxTokens }: Pick<CompletionFacts, "maxTokens">) {
  const tokens = splitTokens(text);
  const isCut = maxTokens !== undefined && tokens.length > maxTokens;
  return { tokens: isCut ? tokens.slice(0, maxTokens) : tokens, isCut };
}

function finishReasonOf({ calls }: Reply, isCut: boolean): string {
  if (isCut) return "length";
  return calls.length > 0 ? "tool_calls" : "stop";
}

export function argumentTextOf(call: ReplyCall): string {
  return call.argumentText ?? JSON.stringify(call.arguments);
}

function toUsage(inputTokens: number, outputTokens: number) {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}
