import { assertEquals } from "@std/assert";
import { readUIMessageStream, type UIMessageChunk } from "ai";
import { applyChunk, type Chunk, type Draft, type Message, toDraft } from "../protocol.ts";
import type { ChatChunk } from "./chat-types.ts";
import { tellMessage } from "./tell-message.ts";

const EMPTY: Message = { id: "answer-1", role: "assistant", parts: [] };
const tool = { toolCallId: "c", toolName: "cancel_order" };

const CHUNKS: Chunk[] = [
  { type: "start-step" },
  { type: "reasoning-start", id: "r" },
  { type: "reasoning-delta", id: "r", delta: "Hm" },
  { type: "reasoning-end", id: "r" },
  { type: "text-start", id: "t" },
  { type: "text-delta", id: "t", delta: "One " },
  { type: "text-delta", id: "t", delta: "moment" },
  { type: "text-end", id: "t" },
  { type: "tool-input-start", ...tool },
  { type: "tool-input-delta", toolCallId: "c", inputTextDelta: '{"order_id":' },
  { type: "tool-input-delta", toolCallId: "c", inputTextDelta: '"1"}' },
  { type: "tool-input-available", ...tool, input: { order_id: "1" } },
  { type: "tool-approval-request", toolCallId: "c", approvalId: "a" },
  { type: "tool-approval-response", approvalId: "a", approved: true },
  { type: "tool-output-available", toolCallId: "c", output: "done" },
  { type: "tool-input-error", toolCallId: "d", toolName: "other", input: {}, errorText: "Missing" },
  { type: "finish-step" },
  { type: "start-step" },
  { type: "data-notice", data: { code: "fallback", message: "Another model answers" } },
  { type: "text-start", id: "t" },
  { type: "text-delta", id: "t", delta: "Done" },
  { type: "text-end", id: "t" },
  { type: "finish-step" },
];

function messageOf(chunks: readonly Chunk[]): Message {
  return chunks.reduce<Draft>(applyChunk, toDraft(EMPTY)).message;
}

/** What a chat holds that was told each of `messages` in turn; `null` when it has to be told all again. */
function tellAll(messages: readonly Message[]): ChatChunk[] | null {
  let told = EMPTY;
  const chunks: ChatChunk[] = [];
  for (const [index, message] of messages.entries()) {
    const telling = tellMessage(told, { message, isOver: index === messages.length - 1 });
    if (!telling) return null;
    chunks.push(...telling.chunks);
    told = telling.told;
  }
  return chunks;
}

/** The parts the AI SDK itself builds from the chunks. */
async function read(chunks: readonly ChatChunk[]): Promise<unknown> {
  let last: unknown = [];
  const stream = ReadableStream.from<UIMessageChunk>(chunks);
  const message = { id: EMPTY.id, role: "assistant" as const, parts: [] };
  for await (const { parts } of readUIMessageStream({ message, stream, terminateOnError: true })) {
    last = parts;
  }
  return plain(last);
}

/** Without what is `undefined`, and without the ids of reasoning, which Parley does not keep. */
function plain(parts: unknown): unknown {
  return JSON.parse(JSON.stringify(parts), (key, value) => key === "rawInput" ? undefined : value)
    .map((part: { type: string }) => part.type === "reasoning" ? { ...part, id: undefined } : part);
}

Deno.test("tellMessage() leads the AI SDK to the same message, wherever a chat begins to listen and misses", async () => {
  const whole = messageOf(CHUNKS);
  for (let first = 0; first <= CHUNKS.length; first++) {
    for (let second = first; second <= CHUNKS.length; second += 3) {
      const chunks = tellAll([messageOf(CHUNKS.slice(0, first)), messageOf(CHUNKS.slice(0, second)), whole]);
      assertEquals(await read(chunks ?? []), plain(whole.parts), `${first}, ${second}`);
    }
  }
});

Deno.test("tellMessage() says nothing twice when a rewound text is told again alike", () => {
  const told = messageOf(CHUNKS.slice(0, 7));

  const { chunks, told: after } =
    tellMessage(told, { message: messageOf(CHUNKS.slice(0, 5)), isOver: false }) ??
      { chunks: null, told: null };

  assertEquals(chunks, []);
  assertEquals(
    after && tellMessage(after, { message: messageOf(CHUNKS.slice(0, 8)), isOver: false })?.chunks,
    [
      { type: "text-end", id: "2" },
    ],
  );
});

Deno.test("tellMessage() takes a step back whose text came back different", async () => {
  const other = messageOf([...CHUNKS.slice(0, 20), { type: "text-delta", id: "t", delta: "Else" }]);

  const chunks = tellAll([messageOf(CHUNKS.slice(0, 21)), other]) ?? [];

  assertEquals(chunks.filter(({ type }) => type === "reset-step").length, 1);
  assertEquals(await read(chunks), plain(other.parts));
});

Deno.test("tellMessage() shortens an answer that ended earlier than the chat has heard", async () => {
  const cut = messageOf([...CHUNKS.slice(0, 20), { type: "abort" }]);

  const chunks = tellAll([messageOf(CHUNKS.slice(0, 21)), cut]) ?? [];

  assertEquals(await read(chunks), plain(cut.parts));
});

Deno.test("tellMessage() gives up when an earlier step is different", () => {
  const told = messageOf(CHUNKS);
  const other = messageOf([{ type: "start-step" }, ...CHUNKS.slice(4)]);

  assertEquals(tellMessage(told, { message: other, isOver: true }), null);
});
