import { assertEquals } from "@std/assert";
import { readUIMessageStream, uiMessageChunkSchema } from "ai";
import { applyChunk, type Chunk, chunkSchema, type Message, toDraft } from "./mod.ts";

const empty: Message = { id: "m", role: "assistant", parts: [] };

function build(chunks: Chunk[], start = empty): Message {
  return chunks.reduce(applyChunk, toDraft(start)).message;
}

const answer: Chunk[] = [
  { type: "start", messageId: "m", messageMetadata: { turnId: "t" } },
  { type: "start-step" },
  { type: "reasoning-start", id: "r" },
  { type: "reasoning-delta", id: "r", delta: "Let me look" },
  { type: "reasoning-end", id: "r" },
  { type: "text-start", id: "a" },
  { type: "text-delta", id: "a", delta: "One " },
  { type: "text-delta", id: "a", delta: "moment" },
  { type: "text-end", id: "a" },
  { type: "tool-input-start", toolCallId: "c", toolName: "echo" },
  { type: "tool-input-delta", toolCallId: "c", inputTextDelta: '{"word":' },
  { type: "tool-input-delta", toolCallId: "c", inputTextDelta: '"x"}' },
  { type: "tool-input-available", toolCallId: "c", toolName: "echo", input: { word: "x" } },
  { type: "tool-output-available", toolCallId: "c", output: { said: "x" } },
  { type: "data-notice", data: { code: "model_switched", message: "Another model answers" } },
  { type: "finish-step" },
  { type: "start-step" },
  { type: "text-start", id: "b" },
  { type: "text-delta", id: "b", delta: "It said x" },
  { type: "text-end", id: "b" },
  { type: "finish-step" },
  { type: "finish", finishReason: "stop", messageMetadata: { status: "completed" } },
];

Deno.test("applyChunk() builds the message that the AI SDK builds from the same chunks", async () => {
  const stream = ReadableStream.from(answer) as unknown as Parameters<
    typeof readUIMessageStream
  >[0]["stream"];
  let expected: unknown;
  for await (const message of readUIMessageStream({ stream })) expected = message;

  assertEquals(comparable(build(answer)), comparable(expected));
});

Deno.test("every chunk passes the AI SDK's own schema", async () => {
  const schema = (uiMessageChunkSchema as unknown as () => {
    validate(value: unknown): Promise<{ success: boolean }>;
  })();
  const others: Chunk[] = [
    { type: "tool-approval-request", approvalId: "p", toolCallId: "c" },
    { type: "tool-approval-response", approvalId: "p", approved: false, reason: "no" },
    { type: "tool-output-denied", toolCallId: "c" },
    { type: "tool-output-error", toolCallId: "c", errorText: "e" },
    { type: "tool-input-error", toolCallId: "c", toolName: "echo", input: {}, errorText: "e" },
    { type: "message-metadata", messageMetadata: { status: "cancelled" } },
    { type: "abort", reason: "cancelled" },
    { type: "error", errorText: "e" },
  ];
  for (const chunk of [...answer, ...others]) {
    assertEquals([chunk.type, (await schema.validate(chunk)).success], [chunk.type, true]);
    assertEquals(chunkSchema.parse(chunk), chunk);
  }
});

Deno.test("applyChunk() leaves the draft it was given alone", () => {
  const draft = toDraft(empty);

  applyChunk(draft, { type: "text-start", id: "a" });

  assertEquals(draft.message.parts, []);
});

Deno.test("applyChunk() closes open speech when the answer is aborted", () => {
  const message = build([{ type: "text-start", id: "a" }, { type: "text-delta", id: "a", delta: "Half" }, {
    type: "abort",
  }]);

  assertEquals(message.parts, [{ type: "text", text: "Half", state: "done" }]);
});

Deno.test("applyChunk() continues an answer after an approval", () => {
  const asked = build([
    { type: "tool-input-available", toolCallId: "c", toolName: "cancel", input: {} },
    { type: "tool-approval-request", approvalId: "p", toolCallId: "c" },
  ]);

  const done = build([
    { type: "start", messageId: "m" },
    { type: "tool-approval-response", approvalId: "p", approved: true },
    { type: "tool-output-available", toolCallId: "c", output: "ok" },
  ], asked);

  assertEquals(done.parts, [
    {
      type: "tool-cancel",
      toolCallId: "c",
      state: "output-available",
      input: {},
      rawInput: undefined,
      approval: { id: "p", approved: true },
      output: "ok",
    },
  ]);
});

/** Drops what only one of the two keeps: undefined fields, and the SDK's copy of the streamed arguments. */
function comparable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, field) => key === "rawInput" || key === "id" ? undefined : field),
  );
}
