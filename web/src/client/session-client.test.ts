import { openSession } from "./open-session.ts";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { type Message, textOf } from "./protocol.ts";
import { answer, chunks, CLOSING, delta, OPENING, ready, said, TURN } from "./testing/frames.ts";
import { openTestSession } from "./testing/open-test-session.ts";
import { settle } from "./testing/fake-clock.ts";

function texts(messages: readonly Message[]): string[] {
  return messages.map(textOf);
}

Deno.test("openSession() offers the protocol and the token, and asks for no cursor", async () => {
  const { socket, session } = await openTestSession();

  assertMatch(socket.url, /^ws:\/\/127\.0\.0\.1:54321\/functions\/v1\/session\/[0-9a-f-]{36}$/);
  assertEquals(socket.subprotocols, ["parley.v1", "jwt-token-1"]);
  assertEquals(session.state.connection, { status: "connecting" });
});

Deno.test("nothing is sent before session.ready", async () => {
  const { socket, session } = await openTestSession();
  const id = session.send("Hi");
  assertEquals(socket.sent, []);

  socket.receive(ready());

  assertEquals(socket.sent, [{ type: "message.create", id, text: "Hi", onBusy: "queue" }]);
});

Deno.test("a message is pending from send() until it is in the transcript", async () => {
  const { socket, session } = await openTestSession();
  socket.receive(ready());
  const id = session.send("Hi");
  assertEquals(session.state.pending.length, 1);

  socket.receive({ type: "command.accepted", id, seq: 1, duplicate: false });
  assertEquals(session.state.pending.map((entry) => entry.isAccepted), [true]);

  socket.receive(said(1, "Hi", id));
  assertEquals(session.state.pending, []);
  assertEquals(texts(session.state.messages), ["Hi"]);
});

Deno.test("a message that arrives before its acceptance is not pending twice", async () => {
  const { socket, session } = await openTestSession();
  socket.receive(ready());
  const id = session.send("Hi");

  socket.receive(said(1, "Hi", id), { type: "command.accepted", id, seq: 1, duplicate: false });

  assertEquals(session.state.pending, []);
});

Deno.test("[R5] a command is sent again under the same id until it is accepted, a message until it has arrived", async () => {
  const { session, sockets, clock } = await openTestSession();
  sockets[0]?.receive(ready());
  const arrived = session.send("One");
  sockets[0]?.receive(said(1, "One", arrived));
  sockets[0]?.receive({ type: "command.accepted", id: arrived, seq: 1, duplicate: false });
  const accepted = session.send("Soon");
  sockets[0]?.receive({ type: "command.accepted", id: accepted, seq: null, duplicate: false });
  const lost = session.send("Two");

  sockets[0]?.drop(1006);
  await clock.advance(1_000);
  sockets[1]?.receive(ready());

  assertEquals(sockets[1]?.sent, [
    { type: "message.create", id: accepted, text: "Soon", onBusy: "queue" },
    { type: "message.create", id: lost, text: "Two", onBusy: "queue" },
  ]);
});

Deno.test("[R5] a decision is sent again under the same id until the log shows what came of it", async () => {
  const { session, sockets, clock } = await openTestSession();
  sockets[0]?.receive(ready(), said(1, "Hi"));
  sockets[0]?.receive(chunks(2, [
    ...OPENING,
    { type: "tool-input-available", toolCallId: "c", toolName: "cancel_order", input: {} },
    { type: "tool-approval-request", approvalId: "a", toolCallId: "c" },
    { type: "finish", messageMetadata: { status: "waiting" } },
  ]));
  const id = session.approve("a", { approved: true });
  sockets[0]?.receive({ type: "command.accepted", id, seq: null, duplicate: false });
  sockets[0]?.drop(1006);
  await clock.advance(1_000);

  sockets[1]?.receive(ready({ seq: 6, activeTurn: { ...TURN, status: "waiting" } }));
  assertEquals(sockets[1]?.sent.map(({ type }) => type), ["tool.approve"]);
  assertEquals([session.state.pending.length, session.state.openApprovals], [1, []]);
  sockets[1]?.receive(chunks(7, [{ type: "tool-approval-response", approvalId: "a", approved: true }]));

  assertEquals(session.state.pending, []);
});

Deno.test("[R3] a lost connection resumes from the last item held", async () => {
  const { session, sockets, clock } = await openTestSession();
  sockets[0]?.receive(ready({ epoch: 3 }), { ...said(1, "Hi"), epoch: 3 });
  sockets[0]?.receive(chunks(2, [...OPENING, delta("Hel")], { epoch: 3 }));

  sockets[0]?.drop(1006);
  assertEquals(session.state.connection.status, "reconnecting");
  await clock.advance(1_000);

  assertEquals(new URL(sockets[1]?.url ?? "").searchParams.get("after"), "3.4");
  sockets[1]?.receive(ready({ epoch: 3, seq: 4, activeTurn: TURN }));
  sockets[1]?.receive(chunks(5, [delta("lo"), ...CLOSING], { epoch: 3 }));
  assertEquals(texts(session.state.messages), ["Hi", "Hello"]);
  assertEquals(session.state.activeTurn, null);
});

Deno.test("[R3] a gap makes the client come back from its cursor", async () => {
  const { session, sockets, clock } = await openTestSession();
  sockets[0]?.receive(ready(), said(1, "Hi"), said(3, "Lost one"));
  await clock.advance(0);

  assertEquals(sockets[0]?.closedWith, 4000);
  assertEquals(new URL(sockets[1]?.url ?? "").searchParams.get("after"), "1.1");
  assertEquals(texts(session.state.messages), ["Hi"]);
});

Deno.test("[R3] a second gap at the same place asks for the whole log and keeps the screen", async () => {
  const { session, sockets, clock } = await openTestSession();
  sockets[0]?.receive(ready(), said(1, "Hi"), said(3, "Lost one"));
  await clock.advance(0);
  sockets[1]?.receive(ready({ seq: 3 }), said(3, "Lost one"));
  await clock.advance(1_000);

  assertEquals(new URL(sockets[2]?.url ?? "").searchParams.get("after"), null);
  assertEquals(texts(session.state.messages), ["Hi"]);
  sockets[2]?.receive(ready({ seq: 3 }), said(1, "Hi"));
  assertEquals(texts(session.state.messages), ["Hi"]);
  sockets[2]?.receive(said(3, "Lost one"));
  assertEquals(texts(session.state.messages), ["Hi", "Lost one"]);
});

Deno.test("[R6] cancel() names the running turn", async () => {
  const { session, socket } = await openTestSession();
  socket.receive(ready(), said(1, "Hi"), chunks(2, OPENING));

  const id = session.cancel();

  assertEquals(socket.sent, [{ type: "turn.cancel", id, turnId: TURN.turnId }]);
});

Deno.test("a refused command is told once and not sent again", async () => {
  const { session, socket } = await openTestSession();
  socket.receive(ready());
  const id = session.send("Hi", { onBusy: "reject" });
  const error = { type: "conflict", code: "busy", message: "Busy.", commandId: id, retryable: true };

  socket.receive({ type: "error", error });

  assertEquals(session.state.pending, []);
  assertEquals(session.state.lastError?.error, error);
  assertEquals(session.state.lastError?.command?.id, id);
});

Deno.test("approvals and questions are open until they are answered", async () => {
  const { session, socket } = await openTestSession();
  const data = {
    interruptId: "i",
    toolCallId: "c",
    toolName: "fetch_order_status",
    missing: ["order_id"],
    question: "Which order?",
    inputSchema: {},
  };
  socket.receive(ready(), said(1, "Hi"), chunks(2, [...OPENING, { type: "data-input-required", data }]));
  assertEquals(session.state.openQuestion, { ...data, messageId: TURN.messageId });

  socket.receive(said(5, "ORD-1001"));
  assertEquals(session.state.openQuestion, null);

  socket.receive(chunks(6, [
    { type: "tool-input-available", toolCallId: "d", toolName: "cancel_order", input: { order_id: "1" } },
    { type: "tool-approval-request", approvalId: "a", toolCallId: "d" },
  ], { messageId: "answer-2" }));
  assertEquals(session.state.openApprovals.map((approval) => approval.approvalId), ["a"]);

  socket.receive(
    chunks(8, [{ type: "tool-approval-response", approvalId: "a", approved: true }], {
      messageId: "answer-2",
    }),
  );
  assertEquals(session.state.openApprovals, []);
});

Deno.test("a reload shows what was settled at once and fetches the rest", async () => {
  const stored = new Map<string, string>();
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  };
  const before = await openTestSession({ storage });
  const finished = { type: "message", epoch: 1, seq: 2, seqTo: 6, message: answer("Hello") } as const;
  before.socket.receive(ready({ seq: 6 }), said(1, "Hi"), finished, said(7, "More"));
  before.socket.receive(chunks(8, [...OPENING, delta("Unfin")], { messageId: "answer-2" }));
  const unconfirmed = before.session.send("Unconfirmed");
  before.session.detach();

  const { session, socket } = await openTestSession({ storage });

  assertEquals(texts(session.state.messages), ["Hi", "Hello", "More"]);
  assertEquals(new URL(socket.url).searchParams.get("after"), "1.7");
  socket.receive(ready({ seq: 10 }));
  assertEquals(socket.sent.map((command) => "id" in command && command.id), [unconfirmed]);
});

Deno.test("a storage that is full or holds nonsense costs only the shortcut", async () => {
  const storage = {
    getItem: () => "{nonsense",
    setItem() {
      throw new DOMException("Full", "QuotaExceededError");
    },
    removeItem() {},
  };
  const { session, socket } = await openTestSession({ storage });

  socket.receive(ready(), said(1, "Hi"));

  assertEquals(texts(session.state.messages), ["Hi"]);
});

Deno.test("finished messages keep their identity while another grows", async () => {
  const { session, socket } = await openTestSession();
  socket.receive(ready(), said(1, "Hi"), chunks(2, OPENING));
  const [first] = session.state.messages;

  socket.receive(chunks(4, [delta("a")]));

  assert(session.state.messages[0] === first);
});

Deno.test("subscribe() and onFrame() stop when told", async () => {
  const { session, socket } = await openTestSession();
  const frames: string[] = [];
  const stop = session.onFrame((frame) => frames.push(frame.type));
  socket.receive(ready(), { type: "pong" });
  stop();
  socket.receive({ type: "pong" });
  await settle();

  assertEquals(frames, ["session.ready", "pong"]);
});

Deno.test("an approval that was answered is not open while its effect is on the way", async () => {
  const { session, socket } = await openTestSession();
  socket.receive(ready(), said(1, "Hi"));
  socket.receive(chunks(2, [
    ...OPENING,
    { type: "tool-input-available", toolCallId: "c", toolName: "cancel_order", input: {} },
    { type: "tool-approval-request", approvalId: "a", toolCallId: "c" },
    { type: "finish", messageMetadata: { status: "waiting" } },
  ]));
  const id = session.approve("a", { approved: true });
  socket.receive({ type: "command.accepted", id, seq: 7, duplicate: false });
  assertEquals(session.state.openApprovals, []);
  assertEquals(session.state.isAnswerExpected, true);

  socket.receive(chunks(7, [{ type: "tool-approval-response", approvalId: "a", approved: true }]));
  assertEquals(session.state.isAnswerExpected, false);
  assertEquals(session.state.activeTurn?.status, "running");
});

Deno.test("an approval stays open when its answer is refused", async () => {
  const { session, socket } = await openTestSession();
  socket.receive(ready(), said(1, "Hi"));
  socket.receive(chunks(2, [
    ...OPENING,
    { type: "tool-input-available", toolCallId: "c", toolName: "cancel_order", input: {} },
    { type: "tool-approval-request", approvalId: "a", toolCallId: "c" },
  ]));
  const commandId = session.approve("a", { approved: true });
  const error = { type: "server", code: "queue_full", message: "Failed.", commandId, retryable: true };
  socket.receive({ type: "error", error });

  assertEquals(session.state.openApprovals.length, 1);
  assertEquals(session.state.isAnswerExpected, false);
});

Deno.test("[R5] a command whose fate is open is sent again under its own id until it is decided", async () => {
  const { session, socket, clock } = await openTestSession();
  socket.receive(ready());
  const id = session.send("Hi");
  const error = {
    type: "server",
    code: "storage_unavailable",
    message: "Not now.",
    commandId: id,
    retryable: true,
  };
  socket.receive({ type: "error", error });
  assertEquals(session.state.pending.length, 1);

  await clock.advance(2_000);

  assertEquals(socket.sent.map((command) => "id" in command && command.id), [id, id]);
});

Deno.test("an id that is no UUID is refused at once, instead of being tried for ever", () => {
  const open = () =>
    openSession({ url: "http://x.test", sessionId: "nonsense", getAccessToken: () => Promise.resolve("t") });

  assertThrows(open, TypeError, "UUID");
});
