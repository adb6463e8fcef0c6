import { assertEquals } from "@std/assert";
import type { EnvironmentSignal } from "./ports.ts";
import { textOf, toWireError } from "./protocol.ts";
import { FakeStorage } from "./testing/fake-storage.ts";
import { settle } from "./testing/fake-clock.ts";
import { ready, said } from "./testing/frames.ts";
import { openTestSession } from "./testing/open-test-session.ts";

Deno.test("after detach() and reconnect() the network is heard of again", async () => {
  const observers = new Set<(signal: EnvironmentSignal) => void>();
  const { session, sockets } = await openTestSession({
    observeEnvironment(observer) {
      observers.add(observer);
      return () => observers.delete(observer);
    },
  });
  sockets[0]?.receive(ready());
  for (const observer of observers) observer("offline");
  session.detach();
  assertEquals(observers.size, 0);

  session.reconnect();
  await settle();
  sockets[1]?.receive(ready());

  assertEquals([session.state.connection.status, observers.size], ["live", 1]);
  sockets[1]?.drop(1006);
  const { connection } = session.state;
  assertEquals(connection.status === "reconnecting" && connection.attempt, 1);
});

Deno.test("[R5] after detach() and reconnect() a command whose fate is open is sent again", async () => {
  const { session, sockets, clock } = await openTestSession();
  sockets[0]?.receive(ready());
  const commandId = session.send("Hi");
  const undecided = { type: "error", error: toWireError("rate_limited", { commandId }) } as const;
  sockets[0]?.receive(undecided);
  session.detach();
  session.reconnect();
  await settle();

  sockets[1]?.receive(ready(), undecided);
  await clock.advance(2_000);

  assertEquals(sockets[1]?.sent.map(({ type }) => type), ["message.create", "message.create"]);
});

Deno.test("detach() by a listener of connection.closing is final", async () => {
  const { session, sockets, clock } = await openTestSession();
  sockets[0]?.receive(ready());
  session.onFrame((frame) => frame.type === "connection.closing" && session.detach());
  sockets[0]?.receive({ type: "connection.closing", code: 1012, reason: "The worker is being replaced" });
  await clock.advance(60_000);

  assertEquals([session.state.connection.status, sockets.length], ["stopped", 1]);
});

Deno.test("a session that may not be opened shows nothing of what another user left in the tab", async () => {
  const storage = new FakeStorage();
  const before = await openTestSession({ storage });
  before.socket.receive(ready({ seq: 1 }), said(1, "My salary is 5000"));
  before.session.detach();
  const { session, socket } = await openTestSession({ storage });
  assertEquals(session.state.messages.map(textOf), ["My salary is 5000"]);

  socket.receive({ type: "error", error: toWireError("forbidden") });
  socket.drop(4403);
  assertEquals([session.state.messages, session.state.lastError?.error.code], [[], "forbidden"]);
  session.detach();

  assertEquals(storage.kept.size, 0);
});
