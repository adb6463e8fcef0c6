import { assertEquals } from "@std/assert";
import { toWireError } from "./protocol.ts";
import { FakeStorage } from "./testing/fake-storage.ts";
import { answer, ready, said, SESSION_ID } from "./testing/frames.ts";
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

Deno.test("a message that was refused is kept over a reload until it is dismissed", async () => {
  const storage = new FakeStorage();
  const refusedAfterReload = async () => {
    const { session } = await openTestSession({ storage });
    return session.state.refused.map(({ command, error }) => [command.text, error.code]);
  };
  const { session, socket } = await openTestSession({ storage });
  socket.receive(ready());
  const tooLong = "x".repeat(32_001);
  const ids = [session.send("My only copy"), session.send(tooLong)];
  socket.receive({ type: "error", error: toWireError("queue_full", { commandId: ids[0] }) });
  session.detach();
  assertEquals(await refusedAfterReload(), [[tooLong, "message_too_long"], ["My only copy", "queue_full"]]);

  for (const id of ids) session.dismiss(id ?? "");

  assertEquals(await refusedAfterReload(), []);
});

Deno.test("a saved refusal that cannot be read costs none of the others", async () => {
  const storage = new FakeStorage();
  const before = await openTestSession({ storage });
  before.session.send("x".repeat(32_001));
  const [key, refused] = [...storage.kept][0]!;
  storage.setItem(key, JSON.stringify([null, { error: "nonsense" }, ...JSON.parse(refused)]));

  const { session } = await openTestSession({ storage });

  assertEquals(session.state.refused.map(({ error }) => error.code), ["message_too_long"]);
});

Deno.test("what retention has emptied is not kept in the tab either", async () => {
  const storage = new FakeStorage();
  const before = await openTestSession({ storage });
  before.socket.receive(ready({ seq: 1 }), said(1, "Secret"));
  before.session.detach();
  const { session, socket, clock } = await openTestSession({ storage });
  assertEquals(session.state.messages.length, 1);

  socket.receive(ready({ seq: 1, epoch: 2, resume: { kind: "snapshot", isEmpty: true } }));
  await clock.advance(500);

  assertEquals([session.state.messages.length, storage.kept.size], [0, 0]);
});

Deno.test("what has not been read again yet stays saved", async () => {
  const storage = new FakeStorage();
  const before = await openTestSession({ storage });
  before.socket.receive(ready({ seq: 1 }), said(1, "Hi"));
  before.session.detach();
  const between = await openTestSession({ storage });
  between.socket.receive(ready({ seq: 1, epoch: 2, resume: { kind: "snapshot" } }));
  between.session.detach();

  const { session } = await openTestSession({ storage });

  assertEquals(session.state.messages.length, 1);
});

Deno.test("what an older build kept of a session does not stay in the tab, but for what was not confirmed", async () => {
  const storage = new FakeStorage();
  const id = crypto.randomUUID();
  const commands = [{ type: "message.create", id, text: "Do not lose me", onBusy: "queue" }];
  const entries = [{ seq: 1, seqTo: 1, message: said(1, "x".repeat(1_000)).message }];
  storage.setItem(`parley.session.${SESSION_ID}`, JSON.stringify({ epoch: 1, seq: 1, entries, commands }));
  storage.capacity = 1_200;

  for (const _ of ["first", "second"]) {
    const { session } = await openTestSession({ storage });
    assertEquals(session.state.pending.map(({ command }) => command.id), [id]);
  }
  assertEquals([...storage.kept.keys()], [`parley.commands.${SESSION_ID}`]);
});

Deno.test("nothing is left of what an older build kept that cannot be read", async () => {
  const storage = new FakeStorage();
  storage.setItem(`parley.session.${SESSION_ID}`, "{}");

  await openTestSession({ storage });

  assertEquals(storage.kept.size, 0);
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

Deno.test("a session that is shown again is the newest, and none that was shown since costs it", async () => {
  const storage = new FakeStorage();
  const sessionIds = await showSessions(storage, 8);
  for (const sessionId of sessionIds.slice(0, 1)) {
    const { session, socket } = await openTestSession({ storage, sessionId });
    socket.receive(ready({ seq: 1 }));
    session.detach();
  }

  await showSessions(storage, 1);

  const isKept = (sessionId: string) => storage.kept.has(`parley.transcript.${sessionId}`);
  assertEquals(sessionIds.map(isKept), [true, false, true, true, true, true, true, true]);
});

Deno.test("a transcript that cannot be listed is not kept: nothing could make room of it", async () => {
  const storage = new FakeStorage();
  const setItem = storage.setItem.bind(storage);
  storage.setItem = (key, value) => {
    if (key === "parley.transcripts") throw new DOMException("Full", "QuotaExceededError");
    setItem(key, value);
  };

  await showSessions(storage, 1);

  assertEquals(storage.kept.size, 0);
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
