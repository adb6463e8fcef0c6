import { assertEquals, assertStrictEquals } from "@std/assert";
import { FakeClock, settle } from "./client/testing/fake-clock.ts";
import { fakeSockets } from "./client/testing/fake-socket.ts";
import { ready, said, SESSION_ID } from "./client/testing/frames.ts";
import { openSession } from "./client/mod.ts";
import { toWireError } from "./client/protocol.ts";
import { DrivenSessions } from "./driven-sessions.ts";

const OTHER_ID = "0e6a6f0c-6f3b-4f0e-9c68-0c86b8a1c9b7";
/** As long as anything is waited for. */
const LIMIT_MS = 60_000;

function drive() {
  const clock = new FakeClock();
  const { WebSocket, sockets } = fakeSockets();
  const sessions = new DrivenSessions({
    clock,
    open: (sessionId) =>
      openSession({
        url: "http://127.0.0.1:54321/functions/v1/session",
        sessionId,
        getAccessToken: () => Promise.resolve("token"),
        WebSocket,
        clock,
        random: () => 0.5,
      }),
  });
  return { clock, sessions, sockets };
}

Deno.test("DrivenSessions sends what was said before the server was there, also when the session was left", async () => {
  const { sessions, sockets } = drive();
  const id = sessions.connect(SESSION_ID).send("My first question");
  await settle();

  sessions.connect(OTHER_ID);
  await settle();
  const [left, shown] = sockets;
  left?.receive(ready());

  assertEquals(left?.sent, [{ type: "message.create", id, text: "My first question", onBusy: "queue" }]);
  assertEquals([left?.closedWith, shown?.closedWith], [null, null]);
  sessions.close();
});

Deno.test("DrivenSessions detaches from a session that was left once everything has arrived", async () => {
  const { sessions, sockets } = drive();
  const id = sessions.connect(SESSION_ID).send("My first question");
  sessions.leave();
  await settle();

  sockets[0]?.receive(ready(), { type: "command.accepted", id, seq: 1, duplicate: false });
  assertEquals(sockets[0]?.closedWith, null);
  sockets[0]?.receive(said(1, "My first question", id));

  assertEquals(sockets[0]?.closedWith, 4000);
});

Deno.test("DrivenSessions detaches at once when nothing is on its way, and after a while in any case", async () => {
  const { clock, sessions, sockets } = drive();
  sessions.connect(SESSION_ID);
  await settle();
  sessions.connect(OTHER_ID).send("Is anybody there?");
  await settle();
  assertEquals(sockets[0]?.closedWith, 4000);

  sessions.leave();
  await clock.advance(LIMIT_MS);

  const count = sockets.length;
  assertEquals(sockets.every(({ closedWith }) => closedWith === 4000), true);
  await clock.advance(LIMIT_MS);
  assertEquals(sockets.length, count);
});

Deno.test("DrivenSessions takes the same client up again when the user returns meanwhile", async () => {
  const { clock, sessions, sockets } = drive();
  const client = sessions.connect(SESSION_ID);
  client.send("My first question");
  sessions.leave();

  assertStrictEquals(sessions.resume(SESSION_ID), client);
  await settle();
  sockets[0]?.receive(ready());
  await clock.advance(1_000);

  assertEquals([sockets.length, client.state.connection.status], [1, "live"]);
  assertEquals(sessions.resume(OTHER_ID), null);
  assertStrictEquals(sessions.connect(SESSION_ID), client);
  sessions.close();
});

Deno.test("DrivenSessions opens a session anew that stopped after it was left", async () => {
  const { sessions, sockets } = drive();
  const client = sessions.connect(SESSION_ID);
  client.send("My first question");
  sessions.leave();
  await settle();

  sockets[0]?.drop(4403);

  assertEquals(sessions.resume(SESSION_ID), null);
  assertEquals(sessions.connect(SESSION_ID) === client, false);
  sessions.close();
});

Deno.test("DrivenSessions tells whether everything was sent, of the sessions left too", async () => {
  const { clock, sessions, sockets } = drive();
  const id = sessions.connect(SESSION_ID).send("My first question");
  sessions.connect(OTHER_ID);
  await settle();

  const tooSoon = sessions.hasSent(1_000);
  await clock.advance(1_000);
  assertEquals(await tooSoon, false);

  const inTime = sessions.hasSent(1_000);
  sockets[0]?.receive(ready(), said(1, "My first question", id), {
    type: "command.accepted",
    id,
    seq: 1,
    duplicate: false,
  });
  assertEquals(await inTime, true);
  assertEquals(await sessions.hasSent(1_000), true);
  sessions.close();
});

Deno.test("DrivenSessions has sent what is on record, though nothing has come of it yet", async () => {
  const { clock, sessions, sockets } = drive();
  const id = sessions.connect(SESSION_ID).send("My first question");
  await settle();
  sockets[0]?.receive(ready(), { type: "command.accepted", id, seq: 1, duplicate: false });

  const sent = sessions.hasSent(1_000);
  await clock.advance(1_000);

  assertEquals(await sent, true);
  sessions.close();
});

/** A session that was left before its only message was refused. */
async function leaveBeforeRefusal() {
  const driven = drive();
  const commandId = driven.sessions.connect(SESSION_ID).send("My only copy");
  driven.sessions.leave();
  await settle();
  driven.sockets[0]?.receive(ready(), { type: "error", error: toWireError("queue_full", { commandId }) });
  return driven;
}

Deno.test("DrivenSessions keeps a message that was refused after its session was left", async () => {
  const { clock, sessions, sockets } = await leaveBeforeRefusal();
  assertEquals(sockets[0]?.closedWith, 4000);
  await clock.advance(2 * LIMIT_MS);

  // Whether it may be connected to is for the page to say: it may have ended meanwhile.
  assertEquals([sessions.resume(SESSION_ID), sockets.length], [null, 1]);
  const { state } = sessions.connect(SESSION_ID);
  await settle();
  assertEquals([state.refused.map(({ command }) => command.text), sockets.length], [["My only copy"], 2]);
  sessions.close();
});

Deno.test("DrivenSessions has not sent what was refused, until it is dismissed", async () => {
  const { sessions } = await leaveBeforeRefusal();
  const sent = [await sessions.hasSent(1_000)];
  const client = sessions.connect(SESSION_ID);
  sent.push(await sessions.hasSent(1_000));
  for (const { command } of client.state.refused) client.dismiss(command.id);
  sent.push(await sessions.hasSent(1_000));
  sessions.leave();
  sent.push(await sessions.hasSent(1_000));

  assertEquals(sent, [false, false, true, true]);
  sessions.close();
});

Deno.test("DrivenSessions has not sent what did not get through while its session was left", async () => {
  const { clock, sessions } = drive();
  const client = sessions.connect(SESSION_ID);
  client.send("Is anybody there?");
  sessions.leave();
  await clock.advance(LIMIT_MS);

  assertEquals(await sessions.hasSent(1_000), false);
  assertStrictEquals(sessions.connect(SESSION_ID), client);
  sessions.close();
});
