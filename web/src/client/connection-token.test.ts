import { assertEquals } from "@std/assert";
import { SignedOutError } from "./signed-out-error.ts";
import { ready } from "./testing/frames.ts";
import { openTestSession } from "./testing/open-test-session.ts";

/** A session whose tokens can be had unless `failure` is set. */
async function openWithTokens() {
  const source: { failure: Error | null; requests: boolean[] } = { failure: null, requests: [] };
  const test = await openTestSession({
    getAccessToken({ forceRefresh }) {
      source.requests.push(forceRefresh);
      return source.failure ? Promise.reject(source.failure) : Promise.resolve("token");
    },
  });
  return { ...test, source };
}

Deno.test("a refused token is replaced as soon as that is possible", async () => {
  const { session, sockets, clock, source } = await openWithTokens();
  sockets[0]?.receive(ready());
  source.failure = new Error("Offline");
  sockets[0]?.drop(4401);
  await clock.advance(0);
  assertEquals(session.state.connection.status, "reconnecting");

  source.failure = null;
  await clock.advance(2_000);
  sockets[1]?.receive(ready());

  assertEquals(session.state.connection.status, "live");
  assertEquals(source.requests.slice(0, 3), [false, true, true]);
});

Deno.test("a fresh token that never got through is no refused one", async () => {
  const { session, sockets, clock, source } = await openWithTokens();
  sockets[0]?.drop(4401);
  await clock.advance(0);
  sockets[1]?.drop(1006);
  source.failure = new Error("Offline");
  await clock.advance(2_000);
  source.failure = null;
  await clock.advance(30_000);

  assertEquals(session.state.connection.status, "reconnecting");
  assertEquals(source.requests.slice(0, 3), [false, true, false]);
});

Deno.test("a fresh token that is refused after a lost connection stops all the same", async () => {
  const { session, sockets, clock } = await openWithTokens();
  sockets[0]?.drop(4401);
  await clock.advance(0);
  sockets[1]?.drop(1006);
  await clock.advance(2_000);
  sockets[2]?.drop(4401);
  await clock.advance(60_000);

  assertEquals([session.state.connection.status, sockets.length], ["stopped", 3]);
});

Deno.test("a session stops when nobody is signed in", async () => {
  const { session, sockets, clock, source } = await openWithTokens();
  sockets[0]?.receive(ready());
  source.failure = new SignedOutError();
  sockets[0]?.drop(1006);
  await clock.advance(60_000);

  const { connection } = session.state;
  assertEquals([connection.status === "stopped" && connection.code, source.requests.length], [4401, 2]);
});
