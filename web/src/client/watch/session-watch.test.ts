import { assert, assertEquals } from "@std/assert";
import { FakeLog } from "../testing/fake-log.ts";
import { FakeFailure, FakeSupabase, FORBIDDEN, UNAUTHORIZED, UNREACHABLE } from "../testing/fake-supabase.ts";
import { SESSION_ID } from "../testing/frames.ts";
import { settle } from "../testing/fake-clock.ts";
import { openTestWatch, WATCH_MS } from "../testing/open-test-watch.ts";
import { watchSession } from "./watch-session.ts";

/** A log in which something was said, and an answer is being written. */
function talk(): FakeLog {
  const log = new FakeLog();
  log.say("Hi");
  log.begin();
  log.speak(3);
  log.flush();
  return log;
}

Deno.test("a watcher has the history, and hears what comes", async () => {
  const { watch, log, supabase, texts } = await openTestWatch({ log: talk() });
  assertEquals(watch.state.connection, { status: "live" });
  assertEquals(watch.state.role, "owner");
  assertEquals(texts(), ["Hi", "1 2 3 "]);

  for (const heard of log.speak(1)) supabase.latest.broadcast(heard);

  assertEquals(texts(), ["Hi", "1 2 3 4 "]);
  assertEquals(watch.state.activeTurn?.status, "running");
  watch.close();
});

Deno.test("[K18] nothing is missed between the history and the live channel", async () => {
  const supabase = new FakeSupabase();
  supabase.isAccepting = false;
  const { watch, log, clock, texts } = await openTestWatch({ log: talk(), supabase });
  assertEquals(texts(), ["Hi", "1 2 3 "]);
  assertEquals(watch.state.connection.status, "connecting");
  log.speak(1);
  log.flush();

  supabase.latest.accept();
  for (const heard of log.speak(1)) supabase.latest.broadcast(heard);
  await settle();

  assertEquals(texts(), ["Hi", "1 2 3 4 5 "]);
  assertEquals(watch.state.connection.status, "live");
  await clock.advance(0);
  watch.close();
});

Deno.test("a channel is live when what the database broadcasts arrives, or after a while on a server that does not say", async () => {
  const supabase = new FakeSupabase();
  supabase.isReplicating = false;
  const { watch, log, clock, texts } = await openTestWatch({ log: talk(), supabase });
  assertEquals(supabase.latest.config.broadcast.replication_ready, true);
  assertEquals(watch.state.connection.status, "connecting");
  await clock.advance(2_000);
  assertEquals(watch.state.connection.status, "live");

  log.speak(1);
  log.flush();
  supabase.latest.become("system", { extension: "system", status: "ok" });
  await settle();

  assertEquals(texts(), ["Hi", "1 2 3 4 "]);
  watch.close();
});

Deno.test("[K18] a gap is filled from the log", async () => {
  const { watch, log, supabase, clock, texts } = await openTestWatch({ log: talk() });
  log.speak(1);
  log.flush();

  for (const heard of log.speak(1)) supabase.latest.broadcast(heard);
  assertEquals(texts(), ["Hi", "1 2 3 "]);
  await clock.advance(150);

  assertEquals(texts(), ["Hi", "1 2 3 4 5 "]);
  watch.close();
});

Deno.test("[K18] two seconds of silence within a turn read the log", async () => {
  const { watch, log, clock, texts } = await openTestWatch({ log: talk() });
  log.speak(1);
  log.flush();

  await clock.advance(1_999);
  assertEquals(texts(), ["Hi", "1 2 3 "]);
  await clock.advance(1);

  assertEquals(texts(), ["Hi", "1 2 3 4 "]);
  watch.close();
});

Deno.test("a channel that says it lives and brings nothing is made anew", async () => {
  const { watch, log, supabase, clock, texts } = await openTestWatch({ log: talk() });
  for (let count = 0; count < 3; count++) {
    log.speak(1);
    log.flush();
    await clock.advance(2_000);
  }

  assertEquals(supabase.channels.length, 2);
  assertEquals(supabase.channels[0]?.isLeft, true);
  assertEquals(watch.state.connection.status, "live");
  assertEquals(texts(), ["Hi", "1 2 3 4 5 6 "]);
  watch.close();
});

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

Deno.test("an observer's command is refused here", async () => {
  const { watch, supabase } = await openTestWatch({ role: "observer" });
  const id = watch.send("Let me in");

  assertEquals(watch.state.pending, []);
  assertEquals(watch.state.lastError?.error, {
    type: "permission",
    code: "forbidden",
    message: "An observer can read this session, and do nothing in it.",
    commandId: id,
    retryable: false,
  });
  assertEquals(supabase.callsOf("send_command"), []);
  watch.close();
});

Deno.test("[R5] an owner's command is sent again under its id until it is on record, in order", async () => {
  const { watch, supabase, clock } = await openTestWatch();
  supabase.functions.send_command = () => UNREACHABLE;
  const first = watch.send("One");
  const second = watch.send("Two");
  await clock.advance(1_000);
  assertEquals(watch.state.pending.map(({ isAccepted }) => isAccepted), [false, false]);

  supabase.calls.length = 0;
  supabase.functions.send_command = () => ({ duplicate: false, settled: false, seq: null, refusal: null });
  await clock.advance(1_000);

  const sent = supabase.callsOf("send_command").map(({ p_command }) => (p_command as { id: string }).id);
  assertEquals(sent.slice(0, 2), [first, second]);
  assertEquals(watch.state.pending.map(({ isAccepted }) => isAccepted), [true, true]);
  watch.close();
});

Deno.test("a message on record stays until it is in the transcript", async () => {
  const { watch, log, supabase, clock, texts } = await openTestWatch();
  const id = watch.send("Hello");
  await settle();
  assertEquals(watch.state.pending.map(({ isAccepted }) => isAccepted), [true]);

  const [said] = log.say("Hello");
  assert(said?.type === "message" && said.message);
  supabase.latest.broadcast({ ...said, message: { ...said.message, id } } as never);

  assertEquals(watch.state.pending, []);
  assertEquals(texts(), ["Hello"]);
  await clock.advance(0);
  watch.close();
});

Deno.test("a refusal that comes after the record is told, and opens what it was for again", async () => {
  const { watch, supabase, clock } = await openTestWatch();
  const id = watch.approve("approval", { approved: true });
  await settle();
  assertEquals(watch.state.pending[0]?.isAccepted, true);

  supabase.functions.send_command = () => ({
    duplicate: true,
    settled: true,
    seq: null,
    refusal: "nothing_to_answer",
  });
  await clock.advance(500);

  assertEquals(watch.state.pending, []);
  assertEquals(watch.state.lastError?.error.code, "nothing_to_answer");
  assertEquals(watch.state.lastError?.error.commandId, id);
  watch.close();
});

Deno.test("what cannot be recorded is refused with its reason", async () => {
  const { watch, supabase } = await openTestWatch();
  supabase.functions.send_command = () => new FakeFailure(400, "54000");
  watch.send("Too much");
  await settle();

  assertEquals(watch.state.pending, []);
  assertEquals(watch.state.lastError?.error.code, "queue_full");
  watch.close();
});

Deno.test("typing is shown to the others, once, and ends by itself", async () => {
  const { watch, supabase, clock } = await openTestWatch();
  watch.setTyping(true);
  watch.setTyping(true);
  await clock.advance(6_000);

  assertEquals(supabase.latest.shown, [
    { role: "owner", typing: false },
    { role: "owner", typing: true },
    { role: "owner", typing: false },
  ]);
  watch.close();
});

Deno.test("the others are seen, to the owner with their true role", async () => {
  const supabase = new FakeSupabase();
  const log = new FakeLog();
  supabase.functions.watch_session = () => ({
    role: "owner",
    topic: `session:${SESSION_ID}`,
    observersTopic: `session:${SESSION_ID}:1`,
    watchMs: WATCH_MS,
    epoch: log.epoch,
    lastSeq: log.lastSeq,
  });
  const { watch } = await openTestWatch({ supabase, log });
  const [main, observers] = supabase.channels;
  const own = main?.config.presence.key ?? "";
  assert(main && observers);
  main.present = { [own]: [{ role: "owner" }], tab: [{ role: "owner", typing: true }] };
  observers.present = { [own]: [{ role: "owner" }], tab: [{ role: "owner" }], guest: [{ role: "owner" }] };
  observers.become("presence", { event: "sync" });

  assertEquals(watch.state.participants, [
    { id: "tab", role: "owner", isTyping: true },
    { id: "guest", role: "observer", isTyping: false },
  ]);
  watch.close();
});

Deno.test("usage and summary come from the session's row, the ending from its log", async () => {
  const supabase = new FakeSupabase();
  const ending = { reason: "closed", endTime: "2026-01-01T00:00:00Z", durationSeconds: 5 } as const;
  supabase.rows.sessions = [{
    title: "Orders",
    status: "ended",
    end_time: ending.endTime,
    end_reason: ending.reason,
    duration_seconds: ending.durationSeconds,
    summary: "They talked",
    summary_status: "done",
    input_tokens: 3,
    output_tokens: 4,
  }];
  supabase.functions.read_session = () => ({
    ...new FakeLog().page(),
    title: "Orders",
    status: "ended",
    ending,
  });
  const { watch } = await openTestWatch({ supabase });

  const { title, status, summary, ended, usage } = watch.state;
  assertEquals({ title, status, summary, ended }, {
    title: "Orders",
    status: "ended",
    summary: "They talked",
    ended: ending,
  });
  assertEquals(usage, { inputTokens: 3, outputTokens: 4, totalTokens: 7 });

  supabase.latest.broadcast({ type: "session.updated", status: "active" } as never);
  assertEquals(watch.state.ended, null);
  watch.close();
});
