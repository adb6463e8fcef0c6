import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import type { CompletionChunk, ToolCallFragment } from "./completion-chunk.ts";
import type { ModelPart } from "./language-model.ts";
import { endCompletion, mapCompletionChunk, startCompletion } from "./map-completion-chunk.ts";

function mapAll(chunks: CompletionChunk[]): ModelPart[] {
  let completion = startCompletion({ id: "id-1", model: "asked" });
  const parts = chunks.flatMap((chunk) => {
    const mapped = mapCompletionChunk(completion, chunk);
    completion = mapped.completion;
    return mapped.parts;
  });
  return [...parts, ...endCompletion(completion, { inputLength: 40 })];
}

function fragment(toolCall: ToolCallFragment): CompletionChunk {
  return { choices: [{ index: 0, delta: { tool_calls: [toolCall] } }] };
}

function argumentsOf(parts: ModelPart[]): string[] {
  return parts.flatMap((part) => part.type === "tool-call-end" ? [part.arguments] : []);
}

Deno.test("mapCompletionChunk() joins each call's fragments in order, however calls interleave", () => {
  const calls = fc.array(fc.array(fc.string(), { minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(fc.property(calls, fc.array(fc.nat()), (fragmentsByCall, choices) => {
    const queues = fragmentsByCall.map((fragments, index) => [
      fragment({ index, id: `call_${index}`, function: { name: `tool_${index}`, arguments: "" } }),
      ...fragments.map((text) => fragment({ index, function: { arguments: text } })),
    ]);
    const chunks: CompletionChunk[] = queues.map((queue) => queue.shift() as CompletionChunk);
    for (let turn = 0; queues.some((queue) => queue.length > 0); turn++) {
      const open = queues.filter((queue) => queue.length > 0);
      chunks.push(open[(choices[turn] ?? turn) % open.length]?.shift() as CompletionChunk);
    }

    assertEquals(argumentsOf(mapAll(chunks)), fragmentsByCall.map((fragments) => fragments.join("")));
  }));
});

Deno.test("mapCompletionChunk() leaves the completion it is given as it was", () => {
  const before = startCompletion({ id: "id-1", model: "asked" });
  const started = fragment({ index: 0, id: "a", function: { name: "look", arguments: "{" } });

  const after = mapCompletionChunk(before, started).completion;
  mapCompletionChunk(after, fragment({ index: 0, function: { arguments: "}" } }));

  assertStrictEquals(before.toolCalls.length, 0);
  assertEquals(after.toolCalls, [{ index: 0, toolCallId: "a", toolName: "look", argumentText: "{" }]);
});

Deno.test("mapCompletionChunk() takes fragments that repeat id and name, or carry no index", () => {
  const repeated = mapAll([
    fragment({ index: 0, id: "a", function: { name: "look", arguments: "{" } }),
    fragment({ index: 0, id: "a", function: { name: "look", arguments: "}" } }),
  ]);
  const unnumbered = mapAll([
    fragment({ id: "a", function: { name: "look", arguments: "{" } }),
    fragment({ function: { arguments: "}" } }),
  ]);

  assertEquals([argumentsOf(repeated), argumentsOf(unnumbered)], [["{}"], ["{}"]]);
});

Deno.test("mapCompletionChunk() survives chunks with nothing in them and ignores other choices", () => {
  const other = { index: 1, delta: { content: "not mine" }, finish_reason: "length" };

  const parts = mapAll([{}, { choices: null }, { choices: [] }, { choices: [{ delta: null }] }, {
    choices: [other],
  }]);

  assertEquals(parts.map(({ type }) => type), ["finish"]);
});

Deno.test("endCompletion() estimates the usage, marked as such, when the provider reports none", () => {
  const parts = mapAll([{ choices: [{ delta: { content: "12345678" }, finish_reason: "stop" }] }]);

  assertEquals(parts.at(-1), {
    type: "finish",
    finishReason: "stop",
    usage: { inputTokens: 10, outputTokens: 2, totalTokens: 12, estimated: true },
    model: "asked",
  });
});

Deno.test("mapCompletionChunk() takes the last usage of providers that report it with every chunk", () => {
  const usage = (tokens: number) => ({ prompt_tokens: 3, completion_tokens: tokens });
  const parts = mapAll([
    { choices: [{ delta: { content: "a" } }], usage: usage(1) },
    { choices: [{ delta: { content: "b" }, finish_reason: "eos" }], usage: usage(2) },
  ]);

  assertEquals(parts.at(-1), {
    type: "finish",
    finishReason: "other",
    usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
    model: "asked",
  });
});
