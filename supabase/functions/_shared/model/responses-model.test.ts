import { assertEquals, assertRejects } from "@std/assert";
import { ModelError } from "./language-model.ts";
import { ask, readUninterrupted, REPLY } from "./testing/background-answer.ts";
import { createBackgroundProvider } from "./testing/background-provider.ts";
import { collect } from "./testing/collect.ts";
import { joinParts } from "./testing/join-parts.ts";

Deno.test("createResponsesModel() asks for an answer in the background and gives it with a checkpoint behind each event", async () => {
  const { clock, open, requests, bodies } = createBackgroundProvider();

  const { parts } = await clock.drive(collect(open(), ask("count to 2")));

  assertEquals(requests, ["POST /responses"]);
  assertEquals(bodies, [{
    model: "m",
    stream: true,
    background: true,
    store: true,
    input: [{ role: "user", content: "count to 2" }],
  }]);
  const checkpoint = (sequence: number) => ({
    type: "checkpoint",
    checkpoint: { model: "m", responseId: "resp_id1", sequence },
  });
  assertEquals<unknown>(parts, [
    checkpoint(0),
    { type: "text-delta", delta: "1" },
    checkpoint(5),
    { type: "text-delta", delta: " 2" },
    checkpoint(6),
    {
      type: "finish",
      finishReason: "stop",
      usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
      model: "m",
    },
  ]);
});

Deno.test("createResponsesModel() sends transcript and tools in the provider's words", async () => {
  const { clock, open, bodies } = createBackgroundProvider();

  await clock.drive(collect(open(), {
    messages: [
      { role: "system", content: "S" },
      { role: "user", content: "U" },
      {
        role: "assistant",
        content: "A",
        toolCalls: [{ toolCallId: "c1", toolName: "look", arguments: "{}" }],
      },
      { role: "tool", toolCallId: "c1", content: "R" },
    ],
    tools: [{ name: "look", description: "Look", inputSchema: { type: "object" } }],
  }));

  assertEquals([bodies[0]?.input, bodies[0]?.tools], [
    [
      { role: "system", content: "S" },
      { role: "user", content: "U" },
      { role: "assistant", content: "A" },
      { type: "function_call", call_id: "c1", name: "look", arguments: "{}" },
      { type: "function_call_output", call_id: "c1", output: "R" },
    ],
    [{ type: "function", name: "look", description: "Look", parameters: { type: "object" }, strict: false }],
  ]);
});

Deno.test("createResponsesModel() streams text and tool calls, ending each call whole", async () => {
  const parts = await readUninterrupted();

  const joined = joinParts(parts);

  const call = (toolCallId: string, toolName: string, argumentText: string) => [
    { type: "tool-call-start", toolCallId, toolName },
    { type: "tool-call-delta", toolCallId, argumentsDelta: argumentText },
    { type: "tool-call-end", toolCallId, toolName, arguments: argumentText },
  ];
  assertEquals<unknown>(joined.slice(0, -1), [
    { type: "text-delta", delta: REPLY.text },
    ...call("call_id2", "fetch_order_status", `{"order_id":"ORD-1001"}`),
    ...call("call_id3", "fetch_account_balance", `{"user_id":"user-1"}`),
  ]);
  const finish = joined.at(-1);
  assertEquals(finish?.type === "finish" && finish.finishReason, "tool-calls");
});

const faults = [
  ["quota", "model_quota_exceeded"],
  ["rate_limit", "model_unavailable"],
  ["unauthorized", "model_misconfigured"],
  ["bad_request", "model_rejected"],
  ["mid_stream", "model_unavailable"],
];
for (const [fault, code] of faults) {
  Deno.test(`createResponsesModel() turns ${fault} into ${code}, after one attempt`, async () => {
    const { clock, open, requests } = createBackgroundProvider();

    const error = await assertRejects(
      () => clock.drive(collect(open(), ask(`count to 20 [[fault:${fault}]]`))),
      ModelError,
    );

    assertEquals<unknown>([error.code, error.isCheckpointLost, requests.length], [code, false, 1]);
  });
}
