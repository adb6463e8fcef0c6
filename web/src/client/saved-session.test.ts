import { assertEquals } from "@std/assert";
import { FakeStorage } from "./testing/fake-storage.ts";
import { answer, ready, said } from "./testing/frames.ts";
import { openTestSession } from "./testing/open-test-session.ts";

Deno.test("an approval that was given before a reload is not open after it", async () => {
  const storage = new FakeStorage();
  const message = answer("Shall I?", { metadata: { status: "waiting" } });
  message.parts.push({
    type: "tool-cancel_order",
    toolCallId: "c",
    state: "approval-requested",
    input: {},
    approval: { id: "a" },
  });
  const before = await openTestSession({ storage });
  before.socket.receive(ready({ seq: 5 }), said(1, "Hi"));
  before.socket.receive({ type: "message", epoch: 1, seq: 2, seqTo: 5, message });
  assertEquals(before.session.state.openApprovals.length, 1);
  before.session.approve("a", { approved: false });
  before.session.detach();

  const { session } = await openTestSession({ storage });

  assertEquals([session.state.pending.length, session.state.openApprovals.length], [1, 0]);
});

Deno.test("what was saved is not everything until the server says so", async () => {
  const storage = new FakeStorage();
  const before = await openTestSession({ storage });
  before.socket.receive(ready({ seq: 1 }), said(1, "Hi"));
  before.session.detach();

  const { session, socket } = await openTestSession({ storage });
  assertEquals([session.state.messages.length, session.state.isCaughtUp], [1, false]);
  socket.receive(ready({ seq: 2 }));
  assertEquals(session.state.isCaughtUp, false);
  socket.receive(said(2, "And?"));

  assertEquals(session.state.isCaughtUp, true);
});

Deno.test("after a reconnect too, a session is caught up only when everything has arrived", async () => {
  const { session, sockets, seen, clock } = await openTestSession();
  sockets[0]?.receive(ready({ seq: 1 }), said(1, "Hi"));
  sockets[0]?.drop(1006);
  await clock.advance(1_000);
  seen.length = 0;

  sockets[1]?.receive(ready({ seq: 2 }));

  const live = seen.filter(({ connection }) => connection.status === "live");
  assertEquals([live.length > 0, live.some(({ isCaughtUp }) => isCaughtUp)], [true, false]);
  sockets[1]?.receive(said(2, "And?"));
  assertEquals(session.state.isCaughtUp, true);
});

Deno.test("a storage too full for the transcript keeps what was not confirmed", async () => {
  const storage = new FakeStorage();
  storage.capacity = 1_000;
  const before = await openTestSession({ storage });
  before.socket.receive(ready({ seq: 1 }), said(1, "x".repeat(1_000)));
  const id = before.session.send("Do not lose me");
  before.session.detach();

  const { session } = await openTestSession({ storage });

  assertEquals(session.state.pending.map(({ command }) => command.id), [id]);
});

Deno.test("a replay is saved once it is over, and what follows at most twice a second", async () => {
  const storage = new FakeStorage();
  const { socket, clock } = await openTestSession({ storage });
  socket.receive(ready({ seq: 100 }));
  for (let seq = 1; seq <= 99; seq++) socket.receive(said(seq, "Hi"));
  await clock.advance(10_000);
  assertEquals(storage.setCount, 0);

  socket.receive(said(100, "Hi"), said(101, "Hi"), said(102, "Hi"));
  await clock.advance(499);
  assertEquals(storage.setCount, 0);
  await clock.advance(10_000);
  assertEquals(storage.setCount, 1);
});

Deno.test("a command is saved at once", async () => {
  const storage = new FakeStorage();
  const { session } = await openTestSession({ storage });

  session.send("Hi");

  assertEquals(storage.setCount, 1);
});
