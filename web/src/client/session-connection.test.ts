import { assertEquals } from "@std/assert";
import { ready } from "./testing/frames.ts";
import { settle } from "./testing/fake-clock.ts";
import { fakeSockets } from "./testing/fake-socket.ts";
import { openTestSession } from "./testing/open-test-session.ts";

Deno.test("after 1012 the client returns when session.restarting said", async () => {
  const { session, sockets, clock } = await openTestSession();
  sockets[0]?.receive(ready(), { type: "session.restarting", reconnectInMs: 300 });
  sockets[0]?.drop(1012);
  assertEquals(session.state.connection, {
    status: "reconnecting",
    attempt: 1,
    retryAtMs: clock.now() + 300,
  });

  await clock.advance(299);
  assertEquals(sockets.length, 1);
  await clock.advance(1);
  assertEquals(sockets.length, 2);
});

Deno.test("a worker that always says come back is believed three times, then asked less and less often", async () => {
  const { sockets, clock } = await openTestSession();
  const delays: number[] = [];
  for (let attempt = 0; attempt < 6; attempt++) {
    const before = clock.now();
    const count = sockets.length;
    sockets.at(-1)?.receive({ type: "session.restarting", reconnectInMs: 250 });
    sockets.at(-1)?.drop(1012);
    while (sockets.length === count) await clock.advance(25);
    delays.push(clock.now() - before);
  }

  assertEquals(delays, [250, 250, 250, 250, 375, 750]);
});

Deno.test("a failing server is asked less and less often", async () => {
  const { sockets, clock } = await openTestSession();
  const delays: number[] = [];
  for (let attempt = 0; attempt < 8; attempt++) {
    const before = clock.now();
    const count = sockets.length;
    sockets.at(-1)?.drop(1011);
    while (sockets.length === count) await clock.advance(25);
    delays.push(clock.now() - before);
  }

  assertEquals(delays, [375, 750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500]);
});

Deno.test("a connection that lived a while starts the backoff anew", async () => {
  const { sockets, clock, session } = await openTestSession();
  for (let attempt = 0; attempt < 4; attempt++) {
    sockets.at(-1)?.drop(1006);
    await clock.advance(5_000);
  }
  sockets.at(-1)?.receive(ready());
  await clock.advance(5_000);
  sockets.at(-1)?.drop(1006);

  assertEquals(session.state.connection.status === "reconnecting" && session.state.connection.attempt, 1);
});

for (const code of [1000, 1008, 1009, 4403, 4408, 4409, 4410]) {
  Deno.test(`the client does not come back by itself after ${code}`, async () => {
    const { session, sockets, clock } = await openTestSession();
    sockets[0]?.receive(ready());
    sockets[0]?.drop(code);
    await clock.advance(120_000);

    assertEquals(sockets.length, 1);
    assertEquals(session.state.connection.status === "stopped" && session.state.connection.code, code);
  });
}

Deno.test("4401 asks for a fresh token once, then stops", async () => {
  const { session, sockets, clock, tokenRequests } = await openTestSession();
  sockets[0]?.drop(4401);
  await clock.advance(0);
  assertEquals(tokenRequests, [{ forceRefresh: false }, { forceRefresh: true }]);
  assertEquals(sockets[1]?.subprotocols, ["parley.v1", "jwt-token-2"]);

  sockets[1]?.drop(4401);
  await clock.advance(60_000);
  assertEquals(sockets.length, 2);
  assertEquals(session.state.connection.status, "stopped");
});

Deno.test("a token that cannot be had is asked for again", async () => {
  let calls = 0;
  const { sockets, clock } = await openTestSession({
    getAccessToken: () => ++calls < 3 ? Promise.reject(new Error("Offline")) : Promise.resolve("token"),
  });
  await clock.advance(5_000);

  assertEquals(sockets.length, 1);
});

Deno.test("a dead connection is noticed by its silence", async () => {
  const { sockets, clock } = await openTestSession();
  sockets[0]?.receive(ready());

  await clock.advance(25_000);
  assertEquals(sockets[0]?.sent, [{ type: "ping" }]);
  await clock.advance(10_000);
  assertEquals(sockets[0]?.closedWith, 4000);
  assertEquals(sockets.length, 2);
});

Deno.test("a pong keeps the connection", async () => {
  const { sockets, clock } = await openTestSession();
  sockets[0]?.receive(ready());
  for (let beat = 0; beat < 5; beat++) {
    await clock.advance(25_000);
    sockets[0]?.receive({ type: "pong" });
  }

  assertEquals(sockets.length, 1);
});

Deno.test("a tab that wakes finds a dead connection within seconds", async () => {
  const { sockets, clock, signal } = await openTestSession();
  sockets[0]?.receive(ready());
  signal("woke");
  await clock.advance(3_000);

  assertEquals(sockets.length, 2);
});

Deno.test("offline waits without a clock, online connects at once", async () => {
  const { session, sockets, clock, signal } = await openTestSession();
  signal("offline");
  sockets[0]?.drop(1006);
  assertEquals(session.state.connection, { status: "reconnecting", attempt: 0, retryAtMs: null });
  await clock.advance(600_000);
  assertEquals(sockets.length, 1);

  signal("online");
  await settle();
  assertEquals(sockets.length, 2);
});

Deno.test("a connection that never gets ready is given up", async () => {
  const { sockets, clock } = await openTestSession();
  await clock.advance(15_000);

  assertEquals(sockets[0]?.closedWith, 4000);
  assertEquals(sockets.length, 2);
});

Deno.test("close() lets the session end, detach() does not", async () => {
  const closing = await openTestSession();
  closing.session.close();
  assertEquals(closing.socket.closedWith, 1000);

  const leaving = await openTestSession();
  leaving.session.detach();
  assertEquals(leaving.socket.closedWith, 4000);
  await leaving.clock.advance(60_000);
  assertEquals(leaving.sockets.length, 1);
});

Deno.test("frames of a socket that was given up change nothing", async () => {
  const { session, sockets, clock } = await openTestSession();
  await clock.advance(15_000);
  sockets[0]?.receive(ready());

  assertEquals(session.state.mode, null);
});

Deno.test("a message to an ended session brings it back", async () => {
  const { session, sockets } = await openTestSession();
  sockets[0]?.receive(ready());
  sockets[0]?.drop(4410);
  session.send("One more thing");
  await settle();
  sockets[1]?.receive(ready());

  assertEquals(sockets[1]?.sent.length, 1);
});

Deno.test("a session that ended is not reopened when its close code gets lost", async () => {
  const { session, sockets, clock } = await openTestSession();
  const ending = { reason: "ended_by_user", endTime: "2026-01-01T00:00:00Z", durationSeconds: 5 } as const;
  sockets[0]?.receive(ready(), { type: "session.ended", ...ending });
  sockets[0]?.drop(1006);
  await clock.advance(60_000);

  assertEquals(sockets.length, 1);
  assertEquals(session.state.connection.status === "stopped" && session.state.connection.code, 4410);
  assertEquals(session.state.ended, ending);
});

Deno.test("the code of connection.closing counts where the browser reports 1006", async () => {
  const { session, sockets, clock } = await openTestSession();
  const closing = { code: 4403, reason: "This session cannot be opened" };
  sockets[0]?.receive({ type: "connection.closing", ...closing });
  sockets[0]?.drop(1006);
  await clock.advance(60_000);

  assertEquals(sockets.length, 1);
  assertEquals(session.state.connection.status === "stopped" && session.state.connection.code, 4403);
});

Deno.test("a socket that the environment refuses to make is told, and tried again less and less often", async () => {
  const { WebSocket: Made, sockets } = fakeSockets();
  let refusal: DOMException | null = new DOMException(
    "The subprotocol 'jwt-secret' is invalid",
    "SyntaxError",
  );
  class Refused {
    constructor(...given: ConstructorParameters<typeof Made>) {
      if (refusal) throw refusal;
      return new Made(...given);
    }
  }
  const { session, clock } = await openTestSession({ WebSocket: Refused as typeof Made });
  assertEquals(session.state.connection, {
    status: "reconnecting",
    attempt: 1,
    retryAtMs: clock.now() + 375,
  });
  assertEquals(session.state.lastError?.error.code, "cannot_connect");
  assertEquals(session.state.lastError?.error.message.includes("secret"), false);

  refusal = null;
  await clock.advance(375);
  sockets[0]?.receive(ready());

  assertEquals([session.state.connection.status, session.state.lastError], ["live", null]);
});
