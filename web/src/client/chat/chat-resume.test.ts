import { assertEquals } from "@std/assert";
import { answer, chunks, CLOSING, delta, ready, said, TURN } from "../testing/frames.ts";
import type { Chunk, Frame } from "../protocol.ts";
import type { SessionClient } from "../session-client.ts";
import { FakeStorage } from "../testing/fake-storage.ts";
import { openTestSession } from "../testing/open-test-session.ts";
import { createChatTransport } from "./create-chat-transport.ts";
import { opening, QUESTION, QUESTION_ID, renderAnswering, renderChat } from "./testing/render-chat.ts";

Deno.test("[R6] a lost socket changes nothing but the pace", async () => {
  const test = await renderAnswering();

  test.socket.drop(1006);
  await test.advance(1_000);
  assertEquals(test.chat.status, "streaming");
  await test.receive(
    ready({ seq: 9, activeTurn: null }),
    {
      type: "message",
      epoch: 1,
      seq: 2,
      seqTo: 9,
      message: {
        ...answer("Hello again", { metadata: { status: "completed", replyTo: QUESTION_ID } }),
        parts: [{ type: "step-start" }, { type: "text", text: "Hello again", state: "done" }],
      },
    },
  );

  await test.until(() => test.chat.status === "ready");
  assertEquals(test.text, "Hello again");
  assertEquals(test.sent.length, 1);
  await test.unmount();
});

Deno.test("[R3] what a dead worker said too much gives way to what its successor says", async () => {
  const test = await renderAnswering();

  await test.receive({ type: "session.rewound", epoch: 2, rewindTo: 4 });
  assertEquals(test.text, "Hel");
  await test.receive(chunks(5, [delta("Goodbye")], { epoch: 2 }));
  assertEquals(test.text, "Goodbye");
  await test.receive(chunks(6, CLOSING, { epoch: 2 }));

  await test.until(() => test.chat.status === "ready");
  assertEquals(test.chat.error, undefined);
  await test.unmount();
});

const RUNNING = [ready({ seq: 5, activeTurn: TURN }), QUESTION, opening(2), chunks(5, [delta("Hel")])];

Deno.test("a page that was reloaded shows the answer and goes on with it", async () => {
  const test = await renderChat({ frames: RUNNING, resume: true, isStrict: true });
  await test.until(() => test.text === "Hel");

  await test.receive(chunks(6, [delta("lo")]));
  assertEquals([test.text, test.chat.status], ["Hello", "streaming"]);
  await test.receive(chunks(7, CLOSING));

  await test.until(() => test.chat.status === "ready");
  assertEquals(test.chat.messages.length, 2);
  assertEquals(test.sent, []);
  await test.unmount();
});

Deno.test("an answer that was reloaded amid a tool call shows each part once", async () => {
  const calling = chunks(6, [
    { type: "text-end", id: "t" },
    { type: "tool-input-start", toolCallId: "c", toolName: "fetch_order_status" },
    { type: "tool-input-delta", toolCallId: "c", inputTextDelta: '{"order_id":' },
  ]);
  const frames = [ready({ seq: 8, activeTurn: TURN }), ...RUNNING.slice(1), calling];
  const test = await renderChat({ frames, resume: true });
  await test.until(() => test.chat.status === "streaming");

  await test.receive(
    chunks(9, [{ type: "tool-input-delta", toolCallId: "c", inputTextDelta: '"1"}' }]),
  );

  await test.until(() => JSON.stringify(test.chat.messages).includes('{"order_id":"1"}'));
  const types = test.chat.messages[1]?.parts.map(({ type }) => type);
  assertEquals(types, ["step-start", "text", "tool-fetch_order_status"]);
  await test.unmount();
});

Deno.test("stop() cancels a resumed answer, resuming once more does not", async () => {
  const test = await renderChat({ frames: RUNNING, resume: true });
  await test.until(() => test.text === "Hel");

  void test.chat.resumeStream();
  await test.until(() => test.chat.status === "submitted" || test.chat.status === "streaming");
  await test.settle();
  assertEquals(test.sent, []);
  await test.chat.stop();

  await test.until(() => test.sent.length === 1);
  assertEquals(test.sent[0]?.type, "turn.cancel");
  await test.unmount();
});

Deno.test("a session that waits for the user has nothing to resume", async () => {
  const { session, socket } = await openTestSession();
  const transport = createChatTransport({ session });
  const resumed = transport.reconnectToStream({});
  const loaded = transport.loadMessages();

  socket.receive(ready({ seq: 1 }), { ...QUESTION, message: answer("Hello") });

  assertEquals(await resumed, null);
  assertEquals((await loaded).map(({ id }) => id), ["answer-1"]);
});

Deno.test("the answer to parameters given past the chat can be resumed", async () => {
  const { session, socket } = await openTestSession();
  const transport = createChatTransport({ session });
  socket.receive(ready({ seq: 1 }), { ...QUESTION, message: answer("Which order?") });
  const id = session.provideInput("interrupt", { order_id: "1" });

  const stream = await transport.reconnectToStream({});
  socket.receive(said(2, "order_id=1", id), opening(3, { replyTo: id }), chunks(6, CLOSING));

  const types = stream && (await Array.fromAsync(stream)).map(({ type }) => type);
  assertEquals(types, ["start", "start-step", "text-start", "text-end", "finish"]);
});

Deno.test("an answer that was asked for again past the chat is followed although it has not begun", async () => {
  const { session, socket } = await openTestSession();
  const transport = createChatTransport({ session });
  const asked: Frame = { type: "message", epoch: 1, seq: 2, seqTo: 5, message: answer("Hello") };
  socket.receive(ready({ seq: 5 }), said(1, "Hi"), asked);
  const id = session.regenerate("answer-1");
  socket.receive({ type: "command.accepted", id, seq: null, duplicate: false });

  const stream = await transport.reconnectToStream({});
  socket.receive(opening(6, { messageId: "answer-2", replaces: "answer-1" }));
  socket.receive(chunks(9, CLOSING, { messageId: "answer-2" }));

  const types = stream && (await Array.fromAsync(stream)).map(({ type }) => type);
  assertEquals(types, ["start", "start-step", "text-start", "text-end", "finish"]);
});

Deno.test("an approval given past the chat is followed although another answer was written since", async () => {
  const { session, socket } = await openTestSession();
  const transport = createChatTransport({ session });
  socket.receive(ready(), said(1, "Cancel it"), said(2, "And?", "user-2"), chunks(3, ASKING));
  socket.receive(opening(7, { messageId: "answer-2", replyTo: "user-2" }));
  socket.receive(chunks(10, CLOSING, { messageId: "answer-2" }));
  session.approve("approval", { approved: true });

  const stream = await transport.reconnectToStream({});
  const first = await stream?.getReader().read();

  assertEquals(first?.value, { type: "start", messageId: TURN.messageId, messageMetadata: WAITING });
});

const WAITING = { turnId: TURN.turnId, replyTo: "user-1", status: "waiting" } as const;
const ASKING: Chunk[] = [
  { type: "start", messageId: TURN.messageId, messageMetadata: { ...WAITING, status: "running" } },
  { type: "tool-input-available", toolCallId: "c", toolName: "cancel_order", input: {} },
  { type: "tool-approval-request", approvalId: "approval", toolCallId: "c" },
  { type: "finish", messageMetadata: WAITING },
];

/** A tab that is left and comes back, with what it had not heard of. */
async function reload(frames: Frame[], decide: (session: SessionClient) => void) {
  const storage = new FakeStorage();
  const before = await openTestSession({ storage });
  before.socket.receive(...frames);
  decide(before.session);
  before.session.detach();

  const { session, socket } = await openTestSession({ storage });
  const resumed = createChatTransport({ session }).reconnectToStream({});
  socket.receive(...frames);
  return { isResumed: (await resumed) !== null, sent: socket.sent.map(({ type }) => type) };
}

Deno.test("an approval that was given just before a reload is followed after it", async () => {
  const metadata = { turnId: TURN.turnId, replyTo: "user-1", status: "waiting" } as const;
  const asking = {
    ...{ id: TURN.messageId, role: "assistant" as const, metadata },
    parts: [{
      type: "tool-cancel_order" as const,
      toolCallId: "c",
      state: "approval-requested" as const,
      input: {},
      approval: { id: "approval" },
    }],
  };
  const activeTurn = { ...TURN, status: "waiting" as const };
  const frames: Frame[] = [
    ready({ seq: 5, activeTurn }),
    said(1, "Cancel it"),
    { type: "message", epoch: 1, seq: 2, seqTo: 5, message: asking },
  ];

  const outcome = await reload(frames, (session) => session.approve("approval", { approved: true }));

  assertEquals(outcome, { isResumed: true, sent: ["tool.approve"] });
});

Deno.test("an answer that was asked for again just before a reload is followed after it", async () => {
  const frames: Frame[] = [
    ready({ seq: 5 }),
    said(1, "Hi"),
    { type: "message", epoch: 1, seq: 2, seqTo: 5, message: answer("Hello") },
  ];

  const outcome = await reload(frames, (session) => session.regenerate("answer-1"));

  assertEquals(outcome, { isResumed: true, sent: ["message.regenerate"] });
});
