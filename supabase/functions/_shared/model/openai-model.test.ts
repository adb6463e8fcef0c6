import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { createReplayFetch, readRecording } from "./testing/replay-fetch.ts";
import { ModelError, type ModelPart, type ModelRequest } from "./language-model.ts";
import { createOpenAIModel } from "./openai-model.ts";

function openModel(fetch: typeof globalThis.fetch) {
  return createOpenAIModel({
    model: "gpt-4o-mini",
    mode: "openai",
    apiKey: "sk-test",
    baseUrl: "http://provider.test/v1",
    fetch,
    createId: () => "id-1",
  });
}

function ask(overrides: Partial<ModelRequest> = {}): ModelRequest {
  return {
    messages: [{ role: "user", content: "Hello" }],
    tools: [],
    signal: new AbortController().signal,
    ...overrides,
  };
}

async function replay(name: string, parts: ModelPart[] = []): Promise<ModelPart[]> {
  const { fetch } = createReplayFetch(await readRecording(name));
  for await (const piece of openModel(fetch).stream(ask())) parts.push(...piece);
  return parts;
}

Deno.test("createOpenAIModel() streams text as it comes and ends with usage and model", async () => {
  assertEquals(await replay("text"), [
    { type: "text-delta", delta: "Hello" },
    { type: "text-delta", delta: "," },
    { type: "text-delta", delta: " Zoë" },
    { type: "text-delta", delta: " 👋🏽" },
    { type: "text-delta", delta: "!\n\nHow are you?" },
    {
      type: "finish",
      finishReason: "stop",
      usage: { inputTokens: 11, outputTokens: 7, totalTokens: 18 },
      model: "gpt-4o-mini-2024-07-18",
    },
  ]);
});

Deno.test("[R13] createOpenAIModel() gives out together what came together", async () => {
  const recording = await readRecording("text");
  const read = async (pieceLength: number) => {
    const { fetch } = createReplayFetch(recording, { pieceLength });
    const pieces: string[] = [];
    for await (const parts of openModel(fetch).stream(ask())) {
      pieces.push(parts.map(({ type }) => type).join());
    }
    return pieces;
  };

  assertEquals(await read(1), [...Array(5).fill("text-delta"), "finish"]);
  assertEquals(await read(100_000), [Array(5).fill("text-delta").join(), "finish"]);
});

Deno.test("createOpenAIModel() joins the fragments of a split tool call", async () => {
  const parts = await replay("split-tool-call");

  assertEquals(parts[0], {
    type: "tool-call-start",
    toolCallId: "call_Zq81",
    toolName: "fetch_order_status",
  });
  assertEquals(
    parts.flatMap((part) => part.type === "tool-call-delta" ? [part.argumentsDelta] : []),
    ['{"', "order", "_id", '":"', "ORD", "-100", "1", '"}'],
  );
  assertEquals(parts.at(-2), {
    type: "tool-call-end",
    toolCallId: "call_Zq81",
    toolName: "fetch_order_status",
    arguments: `{"order_id":"ORD-1001"}`,
  });
  assertEquals(parts.at(-1)?.type === "finish" && parts.at(-1), {
    type: "finish",
    finishReason: "tool-calls",
    usage: { inputTokens: 82, outputTokens: 17, totalTokens: 99 },
    model: "gpt-4o-mini-2024-07-18",
  });
});

Deno.test("createOpenAIModel() keeps interleaved parallel calls apart", async () => {
  assertEquals(endsOf(await replay("parallel-tool-calls")), [
    ["call_A1", "fetch_account_balance", `{"user_id":"user-1"}`],
    ["call_B2", "fetch_order_status", `{"order_id":"ORD-1001"}`],
  ]);
});

Deno.test("createOpenAIModel() takes whole calls that all carry index 0, a wrong finish reason and no usage", async () => {
  const parts = await replay("whole-tool-calls");

  assertEquals(parts[0], { type: "text-delta", delta: "One moment." });
  assertEquals(endsOf(parts), [
    ["function-call-1", "fetch_account_balance", `{"user_id":"user-1"}`],
    ["function-call-2", "fetch_order_status", `{"order_id":"ORD-1001"}`],
  ]);
  const finish = parts.at(-1);
  assertEquals(finish?.type === "finish" && [finish.finishReason, finish.usage.estimated], [
    "tool-calls",
    true,
  ]);
});

Deno.test("createOpenAIModel() gives calls without an id ids of their own", async () => {
  assertEquals(endsOf(await replay("tool-calls-without-ids")), [
    ["call_id-1_0", "fetch_account_balance", "{}"],
    ["call_id-1_1", "fetch_order_status", "{}"],
  ]);
});

Deno.test("createOpenAIModel() speaks a refusal as text and says that it is one", async () => {
  const parts = await replay("refusal");

  assertEquals(textOf(parts), "I'm sorry, I can't help with that.");
  assertEquals(finishReasonOf(parts), "content-filter");
});

Deno.test("createOpenAIModel() keeps reasoning apart from the answer, past comments and CRLF", async () => {
  const parts = await replay("reasoning");

  assertEquals(
    parts.map((part) => "delta" in part ? [part.type, part.delta] : [part.type]),
    [["reasoning-delta", "Two and"], ["reasoning-delta", " two."], ["text-delta", "Four"], [
      "text-delta",
      ".",
    ], [
      "finish",
    ]],
  );
});

Deno.test("createOpenAIModel() says when the answer was cut by its length", async () => {
  const parts = await replay("length");

  assertEquals([textOf(parts), finishReasonOf(parts)], ["Once upon a", "length"]);
});

const brokenStreams = [
  ["mid-stream-error", "The first half", "model_unavailable"],
  ["mid-stream-quota", "Half", "model_quota_exceeded"],
  ["cut-off", "All is", "model_unavailable"],
] as const;
for (const [name, text, code] of brokenStreams) {
  Deno.test(`[R7] createOpenAIModel() gives what was said before ${name}, then throws ${code}`, async () => {
    const parts: ModelPart[] = [];

    const error = await assertRejects(() => replay(name, parts), ModelError);

    assertEquals([textOf(parts), error.code], [text, code]);
    assertEquals(parts.some(({ type }) => type === "finish"), false);
  });
}

Deno.test("createOpenAIModel() sends transcript and tools in the provider's words, once", async () => {
  const { fetch, requests } = createReplayFetch(await readRecording("text"));
  const request = ask({
    messages: [
      { role: "system", content: "S" },
      { role: "user", content: "U" },
      {
        role: "assistant",
        content: "",
        toolCalls: [{ toolCallId: "c1", toolName: "look", arguments: "{}" }],
      },
      { role: "tool", toolCallId: "c1", content: "R" },
    ],
    tools: [{ name: "look", description: "Look", inputSchema: { type: "object" } }],
  });

  for await (const _parts of openModel(fetch).stream(request));

  assertEquals(requests.length, 1);
  assertEquals(requests[0]?.url, "http://provider.test/v1/chat/completions");
  assertEquals(requests[0]?.headers.get("authorization"), "Bearer sk-test");
  assertEquals(requests[0]?.body, {
    model: "gpt-4o-mini",
    stream: true,
    stream_options: { include_usage: true },
    messages: [
      { role: "system", content: "S" },
      { role: "user", content: "U" },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ type: "function", id: "c1", function: { name: "look", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "c1", content: "R" },
    ],
    tools: [{
      type: "function",
      function: { name: "look", description: "Look", parameters: { type: "object" } },
    }],
  });
});

Deno.test("createOpenAIModel() makes one attempt and keeps what the provider said to itself", async () => {
  let attempts = 0;
  const model = openModel(() => {
    attempts++;
    const headers = { "retry-after": "2" };
    return Promise.resolve(Response.json({ error: { message: "secret detail" } }, { status: 503, headers }));
  });

  const error = await assertRejects(async () => {
    for await (const _parts of model.stream(ask()));
  }, ModelError);

  assertEquals([attempts, error.code, error.retryable, error.retryAfterMs], [
    1,
    "model_unavailable",
    true,
    2_000,
  ]);
  assertEquals(error.message, "The model call failed: model_unavailable");
  assertMatch(String(error.cause), /secret detail/);
});

Deno.test("createOpenAIModel() throws the abort's own reason, before and during the stream", async () => {
  const { fetch } = createReplayFetch(await readRecording("text"));
  const reason = new Error("stopped by the user");
  const aborting = new AbortController();
  const read = async (signal: AbortSignal) => {
    for await (const _parts of openModel(fetch).stream(ask({ signal }))) aborting.abort(reason);
  };

  assertEquals(await assertRejects(() => read(AbortSignal.abort(reason))), reason);
  assertEquals(await assertRejects(() => read(aborting.signal)), reason);
});

Deno.test("createOpenAIModel() closes the provider's stream when the reader leaves", async () => {
  const closed = Promise.withResolvers<void>();
  const line = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "x" } }] })}\n\n`;
  const model = openModel(() => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(line)),
      cancel: () => closed.resolve(),
    });
    return Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
  });

  for await (const _parts of model.stream(ask())) break;

  await closed.promise;
});

function endsOf(parts: ModelPart[]): string[][] {
  return parts.flatMap((part) =>
    part.type === "tool-call-end" ? [[part.toolCallId, part.toolName, part.arguments]] : []
  );
}

function textOf(parts: ModelPart[]): string {
  return parts.flatMap((part) => part.type === "text-delta" ? [part.delta] : []).join("");
}

function finishReasonOf(parts: ModelPart[]): string | undefined {
  const finish = parts.at(-1);
  return finish?.type === "finish" ? finish.finishReason : undefined;
}
