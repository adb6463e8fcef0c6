import { assertEquals } from "@std/assert";
import { FakeLog } from "../testing/fake-log.ts";
import { FakeFailure, FakeSupabase } from "../testing/fake-supabase.ts";
import { settle } from "../testing/fake-clock.ts";
import { openTestWatch } from "../testing/open-test-watch.ts";
import { talk } from "../testing/talk.ts";

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

Deno.test("a history that is read again, and breaks off, leaves the screen as it is until it is whole", async () => {
  const log = talk();
  log.finish();
  log.say("And then?");
  const { watch, supabase, clock, texts } = await openTestWatch({ log });
  assertEquals(texts(), ["Hi", "1 2 3 ", "And then?"]);
  const { read_session: read } = supabase.functions;
  supabase.functions.read_session = ({ p_after_seq: afterSeq }) => {
    if (afterSeq !== null) return new FakeFailure(503, "PGRST002");
    return { ...log.page({ limit: 1 }), resume: { kind: "snapshot" } };
  };

  log.say("Lost");
  for (const heard of log.say("Heard")) supabase.latest.broadcast(heard);
  await clock.advance(150);
  assertEquals(texts(), ["Hi", "1 2 3 ", "And then?"]);

  if (read) supabase.functions.read_session = read;
  await clock.advance(10_000);
  assertEquals(texts(), ["Hi", "1 2 3 ", "And then?", "Lost", "Heard"]);
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
