import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ModelMessage } from "../model/language-model.ts";
import type { Message, MessagePart, ToolPart, TurnStatus } from "../protocol/mod.ts";
import { toModelMessages } from "./to-model-messages.ts";

function user(text: string): Message {
  return { id: `u-${text}`, role: "user", parts: [{ type: "text", text }] };
}

function answer(parts: MessagePart[], status: TurnStatus = "completed"): Message {
  return { id: "a", role: "assistant", metadata: { status }, parts };
}

function text(value: string): MessagePart {
  return { type: "text", text: value, state: "done" };
}

function call(toolCallId: string, part: Partial<ToolPart>): ToolPart {
  return { type: "tool-fetch_order_status", toolCallId, state: "input-available", input: {}, ...part };
}

function convert(transcript: Message[], maxCharacters?: number): ModelMessage[] {
  return toModelMessages(transcript, { systemPrompt: "SYSTEM", ...(maxCharacters ? { maxCharacters } : {}) });
}

function resultOf(part: ToolPart, others: MessagePart[] = []): unknown {
  const message = convert([user("?"), answer([part, ...others])]).find(({ role }) => role === "tool");
  return message ? JSON.parse(message.content) : undefined;
}

Deno.test("toModelMessages() puts the system prompt first and keeps the order of the conversation", () => {
  const messages = convert([user("Hello"), answer([{ type: "step-start" }, text("Hi.")]), user("Thanks")]);

  assertEquals(messages, [
    { role: "system", content: "SYSTEM" },
    { role: "user", content: "Hello" },
    { role: "assistant", content: "Hi.", toolCalls: [] },
    { role: "user", content: "Thanks" },
  ]);
});

Deno.test("toModelMessages() splits an answer into its steps, each call followed by its result", () => {
  const messages = convert([
    user("Two orders"),
    answer([
      { type: "step-start" },
      { type: "reasoning", text: "hidden" },
      text("Let me look."),
      call("c1", { state: "output-available", input: { order_id: "A" }, output: { status: "SHIPPED" } }),
      call("c2", { state: "output-error", input: { order_id: "B" }, errorText: "No such order." }),
      { type: "step-start" },
      text("One is shipped."),
    ]),
  ]);

  assertEquals(messages.slice(2), [
    {
      role: "assistant",
      content: "Let me look.",
      toolCalls: [
        { toolCallId: "c1", toolName: "fetch_order_status", arguments: `{"order_id":"A"}` },
        { toolCallId: "c2", toolName: "fetch_order_status", arguments: `{"order_id":"B"}` },
      ],
    },
    { role: "tool", toolCallId: "c1", content: `{"status":"SHIPPED"}` },
    { role: "tool", toolCallId: "c2", content: `{"error":"tool_failed","message":"No such order."}` },
    { role: "assistant", content: "One is shipped.", toolCalls: [] },
  ]);
});

Deno.test("toModelMessages() begins a new step at text after a call, also without a step-start", () => {
  const messages = convert([
    user("?"),
    answer([call("c1", { state: "output-available", output: 1 }), text("Done.")]),
  ]);

  assertEquals(messages.slice(2).map(({ role }) => role), ["assistant", "tool", "assistant"]);
});

Deno.test("toModelMessages() tells honestly what became of a call without an output", () => {
  const states: [Partial<ToolPart>, string][] = [
    [{ state: "output-denied", approval: { id: "p", approved: false, reason: "Too dear" } }, "denied"],
    [{ state: "approval-requested", approval: { id: "p" } }, "awaiting_approval"],
    [{ state: "approval-responded", approval: { id: "p", approved: true } }, "outcome_unknown"],
    [{ state: "approval-responded", approval: { id: "p", approved: false } }, "denied"],
    [{ state: "input-available" }, "outcome_unknown"],
    [{ state: "input-streaming", input: undefined, rawInput: `{"ord` }, "not_called"],
    [{ state: "output-error", input: `{"ord`, errorText: "Not JSON." }, "invalid_arguments"],
  ];

  for (const [part, error] of states) {
    assertEquals((resultOf(call("c1", part)) as { error: string }).error, error, JSON.stringify(part));
  }
});

Deno.test("toModelMessages() hands the question for a missing parameter to the model", () => {
  const part = call("c1", {
    state: "output-error",
    input: {},
    errorText: "Missing required parameters: order_id.",
  });
  const data = {
    interruptId: "i",
    toolCallId: "c1",
    toolName: "fetch_order_status",
    missing: ["order_id"],
    question: "Which order?",
    inputSchema: {},
  };

  assertEquals(resultOf(part, [{ type: "data-input-required", data }]), {
    error: "missing_parameters",
    message: "Ask the user: Which order?",
    missing: ["order_id"],
  });
});

Deno.test("toModelMessages() replaces broken arguments, which some providers refuse in a transcript", () => {
  const messages = convert([
    user("?"),
    answer([call("c1", { state: "output-error", input: `{"ord`, errorText: "x" })]),
  ]);

  assertEquals(messages[2], {
    role: "assistant",
    content: "",
    toolCalls: [{ toolCallId: "c1", toolName: "fetch_order_status", arguments: "{}" }],
  });
});

Deno.test("[R7] toModelMessages() marks a cancelled answer as cut short, with what it had said", () => {
  const messages = convert([user("Tell me"), answer([text("Once upon")], "cancelled"), user("Go on")]);

  assertEquals(messages[2], {
    role: "assistant",
    content: "Once upon\n\n[This answer was cut short: the user stopped it.]",
    toolCalls: [],
  });
});

Deno.test("[R7] toModelMessages() marks a cancelled answer that ends in a call, or never began", () => {
  const stopped = [text("Looking."), call("c1", { state: "input-available" })];
  const note = "[This answer was cut short: the user stopped it.]";

  assertEquals(convert([user("?"), answer(stopped, "cancelled")]).slice(-2).map(({ role }) => role), [
    "tool",
    "assistant",
  ]);
  assertEquals(convert([user("?"), answer([], "cancelled")]).at(-1), {
    role: "assistant",
    content: note,
    toolCalls: [],
  });
});

Deno.test("toModelMessages() leaves an answer in progress unmarked and omits an empty one", () => {
  assertEquals(convert([user("?"), answer([{ type: "step-start" }], "running")]).length, 2);
  assertEquals(convert([user("?"), answer([text("So")], "running")]).at(-1)?.content, "So");
});

Deno.test("toModelMessages() drops the oldest whole turns and says so", () => {
  const long = "x".repeat(400);
  const transcript = [
    user(`first ${long}`),
    answer([call("c1", { state: "output-available", output: long }), text("one")]),
    user("second"),
    answer([call("c2", { state: "output-available", output: "y" }), text("two")]),
    user("third"),
  ];

  const messages = convert(transcript, 300);

  assertEquals(messages.map(({ role }) => role), [
    "system",
    "user",
    "assistant",
    "tool",
    "assistant",
    "user",
  ]);
  assertStringIncludes(messages[0]?.content ?? "", "has been left out");
  assertEquals(messages[1]?.content, "second");
});

Deno.test("toModelMessages() keeps the last turn however long it is", () => {
  const messages = convert([user("old"), answer([text("old")]), user("x".repeat(5_000))], 100);

  assertEquals(messages.map(({ content }) => content.length), [messages[0]?.content.length, 5_000]);
});

Deno.test("toModelMessages() shortens a huge tool result", () => {
  const output = "z".repeat(50_000);

  const message = convert([user("?"), answer([call("c1", { state: "output-available", output })])]).at(-1);

  assert((message?.content.length ?? 0) < 13_000);
  assertStringIncludes(message?.content ?? "", "shortened, 50002 characters in all");
});

Deno.test("toModelMessages() gives every call exactly one result, whatever its state", () => {
  const states = [
    "input-streaming",
    "input-available",
    "approval-requested",
    "approval-responded",
    "output-available",
    "output-error",
    "output-denied",
  ] as const;
  const parts = states.map((state, index) => call(`c${index}`, { state }));

  const messages = convert([user("?"), answer(parts, "interrupted")]);

  const calls = messages.flatMap((message) => message.role === "assistant" ? message.toolCalls : []);
  const results = messages.flatMap((message) => message.role === "tool" ? [message.toolCallId] : []);
  assertEquals(results, calls.map(({ toolCallId }) => toolCallId));
});
