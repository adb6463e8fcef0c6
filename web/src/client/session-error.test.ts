import { assertEquals } from "@std/assert";
import { toWireError } from "./protocol.ts";
import { chunks, CLOSING, OPENING, ready, said } from "./testing/frames.ts";
import { openTestSession } from "./testing/open-test-session.ts";

Deno.test("the error of a command goes when the command is accepted after all", async () => {
  const { session, socket } = await openTestSession();
  socket.receive(ready());
  const id = session.send("Hi");
  socket.receive({ type: "error", error: toWireError("storage_unavailable", { commandId: id }) });
  assertEquals(session.state.lastError?.error.code, "storage_unavailable");

  socket.receive({ type: "command.accepted", id, seq: 1, duplicate: false });

  assertEquals(session.state.lastError, null);
});

Deno.test("the error of a command goes when its message arrives, one of another command stays", async () => {
  const { session, socket } = await openTestSession();
  socket.receive(ready());
  const id = session.send("Hi");
  socket.receive({ type: "error", error: toWireError("rate_limited", { commandId: id }) });
  socket.receive(said(1, "Somebody else"));
  assertEquals(session.state.lastError?.error.commandId, id);

  socket.receive(said(2, "Hi", id));

  assertEquals(session.state.lastError, null);
});

Deno.test("an error without a command goes when the session is ready again", async () => {
  const { session, sockets, clock } = await openTestSession();
  sockets[0]?.receive({ type: "error", error: toWireError("overloaded") });
  sockets[0]?.drop(1013);
  assertEquals(session.state.lastError?.error.code, "overloaded");
  await clock.advance(2_000);
  sockets[1]?.receive(ready());

  assertEquals(session.state.lastError, null);
});

Deno.test("a refusal stays when the session is ready again", async () => {
  const { session, socket } = await openTestSession();
  socket.receive(ready());
  const id = session.send("Hi");
  socket.receive({ type: "error", error: toWireError("queue_full", { commandId: id }) }, ready());

  assertEquals(session.state.lastError?.error.code, "queue_full");
});

Deno.test("an answer that is refused after it was accepted leaves its question open, and nothing expected", async () => {
  const { session, socket } = await openTestSession();
  const data = {
    interruptId: "i",
    toolCallId: "c",
    toolName: "fetch_order_status",
    missing: ["order_id"],
    question: "Which order?",
    inputSchema: {},
  };
  socket.receive(
    ready(),
    said(1, "Hi"),
    chunks(2, [...OPENING, { type: "data-input-required", data }, ...CLOSING]),
  );
  const commandId = session.provideInput("i", { order_id: "1" });
  socket.receive({ type: "command.accepted", id: commandId, seq: null, duplicate: false });
  assertEquals([session.state.isAnswerExpected, session.state.openQuestion], [true, null]);

  socket.receive({ type: "error", error: toWireError("message_too_long", { commandId }) });

  assertEquals([session.state.isAnswerExpected, session.state.openQuestion?.interruptId], [false, "i"]);
  assertEquals(session.state.lastError?.command?.id, commandId);
});

Deno.test("every message that is refused is kept until it is dismissed, whatever is sent meanwhile", async () => {
  const { session, socket } = await openTestSession();
  socket.receive(ready());
  const ids = [session.send("One"), session.send("Two")];
  for (const commandId of ids) {
    socket.receive({ type: "error", error: toWireError("queue_full", { commandId }) });
  }
  const texts = () => session.state.refused.map(({ command }) => command.text);
  session.send("Three");
  assertEquals(texts(), ["One", "Two"]);

  session.dismiss(ids[0] ?? "");

  assertEquals(texts(), ["Two"]);
});

Deno.test("a message that is refused twice is kept once", async () => {
  const { session, socket } = await openTestSession();
  socket.receive(ready());
  const id = crypto.randomUUID();
  for (const code of ["queue_full", "busy"] as const) {
    session.send("Hi", { id });
    socket.receive({ type: "error", error: toWireError(code, { commandId: id }) });
  }

  assertEquals(session.state.refused.map(({ error }) => error.code), ["busy"]);
});

Deno.test("what is dismissed leaves no error either, and the error of another message alone", async () => {
  const { session, socket } = await openTestSession();
  socket.receive(ready());
  const ids = [session.send("One"), session.send("Two")];
  for (const commandId of ids) {
    socket.receive({ type: "error", error: toWireError("queue_full", { commandId }) });
  }

  session.dismiss(ids[0] ?? "");
  assertEquals(session.state.lastError?.error.commandId, ids[1]);
  session.dismiss(ids[1] ?? "");

  assertEquals([session.state.refused, session.state.lastError], [[], null]);
});

Deno.test("a message that arrives after all is refused no more", async () => {
  const { session, socket } = await openTestSession();
  socket.receive(ready());
  const commandId = session.send("Hi");
  socket.receive({ type: "error", error: toWireError("queue_full", { commandId }) });
  assertEquals(session.state.refused.length, 1);

  socket.receive(said(1, "Hi", commandId));

  assertEquals([session.state.refused, session.state.lastError], [[], null]);
});
