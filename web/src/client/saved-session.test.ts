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
  // The transcript, and that it is there.
  assertEquals(storage.setCount, 2);
  socket.receive(said(103, "Hi"));
  await clock.advance(10_000);
  assertEquals(storage.setCount, 3);
});

Deno.test("a command is saved at once", async () => {
  const storage = new FakeStorage();
  const { session } = await openTestSession({ storage });

  session.send("Hi");

  assertEquals(storage.setCount, 1);
});

Deno.test("a saved command that cannot be sent costs none of the others", async () => {
  const storage = new FakeStorage();
  const before = await openTestSession({ storage });
  const id = before.session.send("Do not lose me");
  before.session.detach();
  const [key, commands] = [...storage.kept][0]!;
  const tooLong = { ...JSON.parse(commands)[0], text: "x".repeat(300_000) };
  storage.setItem(key, JSON.stringify([{ type: "unheard.of" }, tooLong, ...JSON.parse(commands)]));

  const { session, socket } = await openTestSession({ storage });
  socket.receive(ready());

  assertEquals(session.state.pending.map(({ command }) => command.id), [id]);
  assertEquals(socket.sent.map((command) => "text" in command && command.text), ["Do not lose me"]);
});

Deno.test("a saved transcript that cannot be read costs no command", async () => {
  const storage = new FakeStorage();
  const before = await openTestSession({ storage });
  before.socket.receive(ready({ seq: 1 }), said(1, "Hi"));
  const id = before.session.send("Do not lose me");
  before.session.detach();
  for (const [key, text] of storage.kept) storage.setItem(key, text.replace('"parts"', '"formerly"'));

  const { session } = await openTestSession({ storage });

  assertEquals(session.state.messages, []);
  assertEquals(session.state.pending.map(({ command }) => command.id), [id]);
});

/** Shows so many sessions one after the other, each with a message of 1,000 characters. */
async function showSessions(storage: FakeStorage, count: number): Promise<string[]> {
  const sessionIds = Array.from({ length: count }, () => crypto.randomUUID());
  for (const sessionId of sessionIds) {
    const { session, socket } = await openTestSession({ storage, sessionId });
    socket.receive(ready({ seq: 1 }), said(1, "x".repeat(1_000)));
    session.detach();
  }
  return sessionIds;
}

Deno.test("in a full storage the oldest transcripts make room for what was not confirmed", async () => {
  const storage = new FakeStorage();
  const sessionIds = await showSessions(storage, 5);
  storage.capacity = [...storage.kept].flat().join("").length;

  const before = await openTestSession({ storage });
  const id = before.session.send("Do not lose me");
  before.session.detach();

  const { session } = await openTestSession({ storage });
  assertEquals(session.state.pending.map(({ command }) => command.id), [id]);
  const shown = sessionIds.map(async (sessionId) => {
    const { session } = await openTestSession({ storage, sessionId });
    return session.state.messages.length;
  });
  assertEquals(await Promise.all(shown), [0, 1, 1, 1, 1]);
});

Deno.test("the transcripts of the sessions shown last are kept, and no others", async () => {
  const storage = new FakeStorage();

  await showSessions(storage, 40);

  const transcripts = [...storage.kept.values()].filter((text) => text.includes("xxx"));
  assertEquals(transcripts.length, 8);
});

Deno.test("a storage that is denied costs the shortcut only", async () => {
  const denied = () => {
    throw new DOMException("Denied", "SecurityError");
  };
  const storage = { getItem: denied, setItem: denied, removeItem: denied };

  const { session, socket } = await openTestSession({ storage });
  socket.receive(ready({ seq: 1 }), said(1, "Hi"));
  session.send("And?");
  session.close();

  assertEquals(session.state.messages.length, 1);
});
