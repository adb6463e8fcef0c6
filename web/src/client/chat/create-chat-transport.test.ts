import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { ChatTransport, UIMessage } from "ai";
import { toWireError } from "../protocol.ts";
import { chunks, CLOSING, delta, TURN } from "../testing/frames.ts";
import { openTestSession } from "../testing/open-test-session.ts";
import type { SessionChatTransport } from "./chat-types.ts";
import { createChatTransport } from "./create-chat-transport.ts";
import { opening, QUESTION, QUESTION_ID, renderAnswering, renderChat } from "./testing/render-chat.ts";

/** Compiles only while a session's transport is one of the AI SDK's. */
function toChatTransport<Chat extends UIMessage>(transport: SessionChatTransport): ChatTransport<Chat> {
  return transport;
}

Deno.test("useChat sends what is typed under its own id and shows the answer as it grows", async () => {
  const test = await renderAnswering();
  assertEquals(test.sent, [{ type: "message.create", id: QUESTION_ID, text: "Hi", onBusy: "queue" }]);
  assertEquals(test.chat.status, "streaming");
  assertEquals(test.text, "Hel");

  await test.receive(chunks(6, [delta("lo"), ...CLOSING]));

  await test.until(() => test.chat.status === "ready");
  assertEquals(test.chat.messages.map(({ id, role }) => [id, role]), [
    [QUESTION_ID, "user"],
    [TURN.messageId, "assistant"],
  ]);
  assertEquals(test.text, "Hello");
  assertEquals((test.chat.messages[1]?.metadata as { status: string }).status, "completed");
  await test.unmount();
});

Deno.test("a chat id that is no UUID never reaches the session", async () => {
  const test = await renderChat({ generateId: () => "short" });

  void test.chat.sendMessage({ text: "Hi" }, { body: { onBusy: "interrupt" } });
  await test.until(() => test.sent.length === 1);

  const [command] = test.sent;
  assertEquals(command, {
    type: "message.create",
    id: "00000000-0000-4000-8000-000000000001",
    text: "Hi",
    onBusy: "interrupt",
  });
  await test.unmount();
});

Deno.test("useChat shows a tool call and the step after it", async () => {
  const test = await renderAnswering();

  await test.receive(
    chunks(6, [
      { type: "text-end", id: "t" },
      { type: "tool-input-start", toolCallId: "c", toolName: "fetch_order_status" },
      { type: "tool-input-delta", toolCallId: "c", inputTextDelta: '{"order_id":' },
    ]),
    chunks(9, [
      {
        type: "tool-input-available",
        toolCallId: "c",
        toolName: "fetch_order_status",
        input: { order_id: "1" },
      },
      { type: "tool-output-available", toolCallId: "c", output: { status: "shipped" } },
      { type: "finish-step" },
      { type: "start-step" },
      { type: "text-start", id: "t" },
      delta("Shipped"),
      ...CLOSING,
    ]),
  );

  await test.until(() => test.chat.status === "ready");
  const { parts = [] } = test.chat.messages[1] ?? {};
  assertEquals(parts.map(({ type }) => type), [
    "step-start",
    "text",
    "tool-fetch_order_status",
    "step-start",
    "text",
  ]);
  assertEquals(parts[2] && "output" in parts[2] && parts[2].output, { status: "shipped" });
  await test.unmount();
});

Deno.test("regenerate() puts the new answer in the place of the old one", async () => {
  const test = await renderAnswering();
  await test.receive(chunks(6, CLOSING));
  await test.until(() => test.chat.status === "ready");

  void test.chat.regenerate();
  await test.until(() => test.sent.length === 2);
  const { id: _, ...command } = test.sent[1] as { id: string };
  assertEquals(command as unknown, { type: "message.regenerate", messageId: TURN.messageId });
  await test.receive(
    opening(8, { messageId: "answer-2", replaces: TURN.messageId }),
    chunks(11, [delta("Better"), ...CLOSING], { messageId: "answer-2" }),
  );

  await test.until(() => test.chat.status === "ready");
  assertEquals(test.chat.messages.map(({ id }) => id), [QUESTION_ID, "answer-2"]);
  assertEquals(test.text, "Better");
  await test.unmount();
});

Deno.test("[R12] a refusal is the error of the chat, and sending once more sends anew", async () => {
  const test = await renderChat();
  void test.chat.sendMessage({ text: "Hi" });
  await test.until(() => test.sent.length === 1);

  const error = { type: "conflict", code: "busy", message: "Busy.", commandId: QUESTION_ID, retryable: true };
  await test.receive({ type: "error", error });
  await test.until(() => test.chat.status === "error");
  assertEquals(test.chat.error?.message, "Busy.");

  void test.chat.sendMessage();
  await test.until(() => test.sent.length === 2);
  assertEquals(test.sent.map(({ type }) => type), ["message.create", "message.create"]);
  await test.unmount();
});

Deno.test("[R5] an error that decides nothing is no error of the chat, which goes on to listen", async () => {
  const test = await renderChat();
  void test.chat.sendMessage({ text: "Hi" });
  await test.until(() => test.sent.length === 1);

  await test.receive({
    type: "error",
    error: toWireError("storage_unavailable", { commandId: QUESTION_ID }),
  });
  assertEquals([test.chat.status, test.chat.error], ["submitted", undefined]);
  await test.receive(QUESTION, opening(2), chunks(5, [delta("Hello"), ...CLOSING]));

  await test.until(() => test.chat.status === "ready");
  assertEquals(test.text, "Hello");
  await test.unmount();
});

Deno.test("[R7] a failed answer keeps its text, tells why, and can be asked for again", async () => {
  const test = await renderAnswering();

  await test.receive(chunks(6, [
    { type: "message-metadata", messageMetadata: { status: "failed", errorCode: "turn_timeout" } },
    { type: "error", errorText: "The answer took too long." },
  ]));
  await test.until(() => test.chat.status === "error");
  assertEquals(test.chat.error?.message, "The answer took too long.");
  assertEquals(test.text, "Hel");

  void test.chat.regenerate();
  await test.until(() => test.sent.length === 2);
  assertEquals(test.sent[1]?.type, "message.regenerate");
  await test.unmount();
});

Deno.test("what was said cannot be changed", async () => {
  const test = await renderAnswering();
  await test.receive(chunks(6, CLOSING));
  await test.until(() => test.chat.status === "ready");

  await test.chat.sendMessage({ text: "Something else", messageId: QUESTION_ID });

  await test.until(() => test.chat.status === "error");
  assertMatch(test.chat.error?.message ?? "", /^Cannot change what was said/);
  assertEquals(test.sent.length, 1);
  await test.unmount();
});

Deno.test("a session that cannot be opened is the error of the chat", async () => {
  const test = await renderChat({ frames: [] });
  void test.chat.sendMessage({ text: "Hi" });
  await test.settle();

  test.socket.drop(4403);

  await test.until(() => test.chat.status === "error");
  assertEquals(test.chat.error?.message, "This session cannot be opened");
  await assertRejects(() => test.transport.loadMessages(), Error, "Cannot load the session");
  await test.unmount();
});

Deno.test("close() leaves an own session and keeps a given one", async () => {
  const { session } = await openTestSession();
  toChatTransport(createChatTransport({ session })).close?.();
  assertEquals(session.state.connection.status, "connecting");
});
