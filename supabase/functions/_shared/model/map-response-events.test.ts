import { assertEquals, assertThrows } from "@std/assert";
import { ModelError, type ModelPart } from "./language-model.ts";
import { mapResponseEvents } from "./map-response-events.ts";
import type { ResponseEvent } from "./response-event.ts";

function mapAll(events: ResponseEvent[], { isContinuation = false } = {}): ModelPart[] {
  const toParts = mapResponseEvents({ model: "m", inputLength: 40, isContinuation });
  return events.flatMap((event) => [...toParts(event)]);
}

const completed: ResponseEvent = {
  type: "response.completed",
  response: {
    model: "m-2026",
    output: [],
    usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7 },
  },
};
const finish = (finishReason: string) => ({
  type: "finish",
  finishReason,
  usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
  model: "m-2026",
});
const added = (index: number, call_id: string): ResponseEvent => ({
  type: "response.output_item.added",
  output_index: index,
  item: { type: "function_call", call_id, name: `tool_${call_id}`, arguments: "" },
});
const delta = (index: number, text: string): ResponseEvent => ({
  type: "response.function_call_arguments.delta",
  output_index: index,
  delta: text,
});
const done = (index: number, call_id: string, argumentText: string): ResponseEvent => ({
  type: "response.output_item.done",
  output_index: index,
  item: { type: "function_call", call_id, name: `tool_${call_id}`, arguments: argumentText },
});
const end = (toolCallId: string, argumentText: string) => ({
  type: "tool-call-end",
  toolCallId,
  toolName: `tool_${toolCallId}`,
  arguments: argumentText,
});

Deno.test("mapResponseEvents() keeps reasoning apart from the answer, and its summaries apart from each other", () => {
  const parts = mapAll([
    { type: "response.reasoning_summary_part.added", summary_index: 0 },
    { type: "response.reasoning_summary_text.delta", summary_index: 0, delta: "First" },
    { type: "response.reasoning_summary_part.added", summary_index: 1 },
    { type: "response.reasoning_summary_text.delta", summary_index: 1, delta: "Second" },
    { type: "response.output_text.delta", delta: "Four" },
    { type: "response.output_text.done" },
    { type: "keepalive" },
    completed,
  ]);

  assertEquals<unknown>(parts, [
    { type: "reasoning-delta", delta: "First" },
    { type: "reasoning-delta", delta: "\n\n" },
    { type: "reasoning-delta", delta: "Second" },
    { type: "text-delta", delta: "Four" },
    finish("stop"),
  ]);
});

Deno.test("mapResponseEvents() keeps interleaved calls apart", () => {
  const parts = mapAll([
    added(0, "a"),
    added(1, "b"),
    delta(0, "{"),
    delta(1, "["),
    done(1, "b", "[]"),
    delta(0, "}"),
    done(0, "a", "{}"),
    completed,
  ]);

  assertEquals<unknown>(parts, [
    { type: "tool-call-start", toolCallId: "a", toolName: "tool_a" },
    { type: "tool-call-start", toolCallId: "b", toolName: "tool_b" },
    { type: "tool-call-delta", toolCallId: "a", argumentsDelta: "{" },
    { type: "tool-call-delta", toolCallId: "b", argumentsDelta: "[" },
    end("b", "[]"),
    { type: "tool-call-delta", toolCallId: "a", argumentsDelta: "}" },
    end("a", "{}"),
    finish("tool-calls"),
  ]);
});

Deno.test("[R3] mapResponseEvents() ends a call whole whose beginning somebody else has read", () => {
  const parts = mapAll([delta(1, `_id":`), delta(1, `1}`), done(1, "a", `{"user_id":1}`), completed], {
    isContinuation: true,
  });

  assertEquals<unknown>(parts, [
    { type: "tool-call-delta", toolCallId: "a", argumentsDelta: `_id":1}` },
    end("a", `{"user_id":1}`),
    finish("tool-calls"),
  ]);
});

Deno.test("mapResponseEvents() announces a call that the provider does not", () => {
  assertEquals<unknown>(mapAll([done(0, "a", "{}"), completed]), [
    { type: "tool-call-start", toolCallId: "a", toolName: "tool_a" },
    end("a", "{}"),
    finish("tool-calls"),
  ]);
});

Deno.test("mapResponseEvents() ends calls that the provider leaves open", () => {
  const parts = mapAll([added(0, "a"), delta(0, "{}"), completed]);

  assertEquals<unknown>(parts.slice(-2), [end("a", "{}"), finish("tool-calls")]);
});

Deno.test("mapResponseEvents() tells calls and refusals from the whole answer where it has read only its end", () => {
  const whole = (item: object): ResponseEvent => ({
    type: "response.completed",
    response: { ...completed.response, output: [item] },
  });
  const call = whole({ type: "function_call", call_id: "a", name: "tool_a", arguments: "{}" });
  const refusal = whole({ type: "message", content: [{ type: "refusal", refusal: "No." }] });

  assertEquals<unknown>(mapAll([call], { isContinuation: true }), [finish("tool-calls")]);
  assertEquals<unknown>(mapAll([refusal], { isContinuation: true }), [finish("content-filter")]);
});

Deno.test("mapResponseEvents() speaks a refusal as text and says that it is one", () => {
  assertEquals<unknown>(mapAll([{ type: "response.refusal.delta", delta: "No." }, completed]), [
    { type: "text-delta", delta: "No." },
    finish("content-filter"),
  ]);
});

const reasons = [["max_output_tokens", "length"], ["content_filter", "content-filter"], [
  "new",
  "other",
]] as const;
for (const [reason, expected] of reasons) {
  Deno.test(`mapResponseEvents() finishes with ${expected} when the answer is incomplete by ${reason}`, () => {
    const response = { ...completed.response, incomplete_details: { reason } };

    assertEquals<unknown>(mapAll([{ type: "response.incomplete", response }]), [finish(expected)]);
  });
}

Deno.test("mapResponseEvents() estimates the usage that a provider does not tell", () => {
  const output = [{ type: "message", content: [{ type: "output_text", text: "12345678" }] }];

  const [part] = mapAll([{ type: "response.completed", response: { output } }]);

  assertEquals(part?.type === "finish" && [part.usage, part.model], [
    { inputTokens: 10, outputTokens: 2, totalTokens: 12, estimated: true },
    "m",
  ]);
});

const failures: [ResponseEvent, string, boolean][] = [
  [{ type: "response.failed", response: { error: { code: "server_error" } } }, "model_unavailable", false],
  [
    { type: "response.failed", response: { error: { code: "rate_limit_exceeded" } } },
    "model_unavailable",
    false,
  ],
  [
    { type: "response.failed", response: { error: { code: "insufficient_quota" } } },
    "model_quota_exceeded",
    false,
  ],
  [{ type: "response.failed", response: { error: { code: "invalid_prompt" } } }, "model_rejected", false],
  [{ type: "response.failed", response: { error: null } }, "model_unavailable", false],
  [{ type: "error", ...{ code: "project_spend_limit_exceeded" } }, "model_quota_exceeded", false],
  [{ type: "response.cancelled" }, "model_unavailable", true],
];
for (const [event, code, isLost] of failures) {
  Deno.test(`mapResponseEvents() throws ${code} for ${JSON.stringify(event)}`, () => {
    const error = assertThrows(() => mapAll([event]), ModelError);

    assertEquals<unknown>([error.code, error.isCheckpointLost], [code, isLost]);
  });
}
