import { assert, assertEquals } from "@std/assert";
import { FakeSupabase, FORBIDDEN, UNAUTHORIZED, UNREACHABLE } from "../testing/fake-supabase.ts";
import { SESSION_ID } from "../testing/frames.ts";
import { settle } from "../testing/fake-clock.ts";
import { openTestWatch, WATCH_MS } from "../testing/open-test-watch.ts";
import { watchSession } from "./watch-session.ts";
import { talk } from "../testing/talk.ts";

Deno.test("[K19] the grant is renewed in time, and tells of what was lost outside a turn", async () => {
  const { watch, log, supabase, clock, texts } = await openTestWatch();
  log.say("Lost");
  await clock.advance(WATCH_MS / 3 + 200);

  assertEquals(supabase.callsOf("watch_session").length, 2);
  assertEquals(texts(), ["Lost"]);
  watch.close();
});

Deno.test("[R10] who may not watch is told so, and joins nothing", async () => {
  const supabase = new FakeSupabase();
  supabase.functions.watch_session = () => FORBIDDEN;
  const { watch, clock } = await openTestWatch({ supabase });
  await clock.advance(60_000);

  assertEquals(watch.state.connection, {
    status: "stopped",
    code: 4403,
    reason: "This session cannot be opened",
    cause: "forbidden",
  });
  assertEquals(supabase.channels, []);
  assertEquals(supabase.calls.length, 1);
});

Deno.test("[K19] a revoked observer stops at once, and hears and reads nothing more", async () => {
  const { watch, log, supabase, clock, texts } = await openTestWatch({ role: "observer", log: talk() });
  assertEquals(supabase.latest.topic, `session:${SESSION_ID}:1`);
  const channel = supabase.latest;

  supabase.functions.watch_session = () => FORBIDDEN;
  channel.broadcast({ type: "share.revoked", generation: 2 } as never);
  await settle();

  const { connection } = watch.state;
  assert(connection.status === "stopped");
  assertEquals([connection.code, connection.cause], [4403, "revoked"]);
  assertEquals(channel.isLeft, true);
  const callCount = supabase.calls.length;
  for (const heard of log.speak(1)) channel.broadcast(heard);
  await clock.advance(60_000);
  assertEquals(texts(), ["Hi", "1 2 3 "]);
  assertEquals(supabase.calls.length, callCount);
});

Deno.test("[K19] a revocation whose message is lost ends the view with the next renewal", async () => {
  const { watch, supabase, clock } = await openTestWatch({ role: "observer" });
  supabase.functions.watch_session = () => FORBIDDEN;

  await clock.advance(WATCH_MS / 3);

  assertEquals(watch.state.connection.status, "stopped");
});

Deno.test("[K19] an observer who stays moves to the next generation without a break", async () => {
  const { watch, log, supabase, texts, raiseGeneration, statuses, seen } = await openTestWatch({
    role: "observer",
    log: talk(),
  });
  seen.length = 0;
  const former = supabase.latest;

  raiseGeneration();
  former.broadcast({ type: "share.revoked", generation: 2 } as never);
  log.speak(1);
  log.flush();
  await settle();
  for (const heard of log.speak(1)) supabase.latest.broadcast(heard);

  assertEquals(supabase.latest.topic, `session:${SESSION_ID}:2`);
  assertEquals(former.isLeft, true);
  assertEquals(texts(), ["Hi", "1 2 3 4 5 "]);
  assertEquals(statuses(), ["live"]);
  watch.close();
});

for (const status of ["CHANNEL_ERROR", "TIMED_OUT", "CLOSED"] as const) {
  Deno.test(`after ${status} a fresh channel is joined, and the log is read`, async () => {
    const { watch, log, supabase, clock, texts } = await openTestWatch({ log: talk() });
    const former = supabase.latest;
    log.speak(1);
    log.flush();

    former.fail(status);
    assertEquals(watch.state.connection.status, "reconnecting");
    await clock.advance(0);

    assertEquals(former.isLeft, true);
    assert(supabase.latest !== former);
    assertEquals(watch.state.connection.status, "live");
    assertEquals(texts(), ["Hi", "1 2 3 4 "]);
    watch.close();
  });
}

Deno.test("a channel that fails again and again is tried with backoff", async () => {
  const { watch, supabase, clock } = await openTestWatch();
  supabase.isAccepting = false;
  supabase.latest.fail("CHANNEL_ERROR");
  await clock.advance(0);
  supabase.latest.fail("TIMED_OUT");

  const { connection } = watch.state;
  assert(connection.status === "reconnecting" && connection.retryAtMs !== null);
  assertEquals([connection.attempt, connection.retryAtMs - clock.now()], [2, 375]);
  supabase.isAccepting = true;
  await clock.advance(375);
  assertEquals(watch.state.connection.status, "live");
  watch.close();
});

Deno.test("each join carries the token of now", async () => {
  const tokens = ["first", "second"];
  const { watch, supabase, clock } = await openTestWatch({
    getAccessToken: () => Promise.resolve(tokens.shift() ?? "later"),
  });
  supabase.latest.fail("CHANNEL_ERROR", "Token has expired");
  await clock.advance(0);

  assertEquals(supabase.channels.map(({ token }) => token), ["first", "second"]);
  watch.close();
});

Deno.test("a refused token is renewed once; then the user is signed out", async () => {
  const { watch, supabase, clock } = await openTestWatch();
  supabase.functions.watch_session = () => UNAUTHORIZED;
  supabase.latest.fail("CLOSED");
  await clock.advance(1_000);

  assertEquals(supabase.refreshCount, 1);
  const { connection } = watch.state;
  assert(connection.status === "stopped");
  assertEquals([connection.code, connection.cause], [4401, "signed_out"]);
});

Deno.test("after a sleep the channel is made anew, whatever it says of itself", async () => {
  const { watch, log, supabase, clock, texts, signal } = await openTestWatch({ log: talk() });
  supabase.functions.watch_session = () => UNREACHABLE;
  await clock.advance(WATCH_MS * 2);
  delete supabase.functions.watch_session;
  supabase.functions.watch_session = () => ({
    role: "owner",
    topic: `session:${SESSION_ID}`,
    watchMs: WATCH_MS,
    epoch: log.epoch,
    lastSeq: log.lastSeq,
  });
  log.speak(1);
  log.flush();

  signal("woke");
  await clock.advance(0);

  assertEquals(supabase.channels.length, 2);
  assertEquals(texts(), ["Hi", "1 2 3 4 "]);
  assertEquals(watch.state.connection.status, "live");
  watch.close();
});

Deno.test("while offline nothing is tried; online again, at once", async () => {
  const { watch, supabase, clock, signal } = await openTestWatch();
  supabase.isAccepting = false;
  signal("offline");
  supabase.latest.fail("CHANNEL_ERROR");
  assertEquals(watch.state.connection, { status: "reconnecting", attempt: 0, retryAtMs: null });
  const callCount = supabase.calls.length;
  await clock.advance(60_000);
  assertEquals(supabase.calls.length, callCount);

  supabase.isAccepting = true;
  signal("online");
  await clock.advance(0);

  assertEquals(watch.state.connection.status, "live");
  watch.close();
});

Deno.test("two watchers of a session share its channel, and one may leave", async () => {
  const { watch, log, supabase, clock, texts } = await openTestWatch({ log: talk() });
  const other = watchSession({ supabase, sessionId: SESSION_ID, clock });
  await clock.advance(0);
  await settle();
  assertEquals(supabase.channels.length, 1);
  assertEquals(other.state.connection.status, "live");

  other.close();
  for (const heard of log.speak(1)) supabase.latest.broadcast(heard);
  assertEquals(supabase.latest.isLeft, false);
  assertEquals(texts(), ["Hi", "1 2 3 4 "]);

  watch.close();
  await settle();
  assertEquals(supabase.openTopics, []);
});

Deno.test("a watch that was closed comes back on a channel of its own", async () => {
  const { watch, supabase, clock } = await openTestWatch();
  watch.close();
  const again = watchSession({ supabase, sessionId: SESSION_ID, clock });
  await clock.advance(0);
  await settle();

  assertEquals(supabase.channels.map(({ isLeft }) => isLeft), [true, false]);
  assertEquals(again.state.connection.status, "live");
  again.close();
});
