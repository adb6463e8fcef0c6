import { assert, assertEquals } from "@std/assert";
import { FakeLog } from "../testing/fake-log.ts";
import { FakeFailure, FakeSupabase, UNREACHABLE } from "../testing/fake-supabase.ts";
import { SESSION_ID } from "../testing/frames.ts";
import { settle } from "../testing/fake-clock.ts";
import { openTestWatch, WATCH_MS } from "../testing/open-test-watch.ts";

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

Deno.test("commands that wait for the server ask together, not each on its own", async () => {
  const { watch, supabase, clock } = await openTestWatch();
  supabase.functions.send_command = () => UNREACHABLE;
  for (let index = 0; index < 10; index++) {
    watch.send("Hi");
    await settle();
  }
  assertEquals(supabase.callsOf("send_command").length, 1);
  await clock.advance(60_000);
  supabase.calls.length = 0;

  await clock.advance(45_000);

  assertEquals(supabase.callsOf("send_command").length, 2);
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
