import { assert, assertEquals } from "@std/assert";
import { FakeClock, settle } from "../testing/fake-clock.ts";
import { FakeSupabase, FORBIDDEN } from "../testing/fake-supabase.ts";
import { SessionPresence } from "./session-presence.ts";

const OWN = "session:1";
const SHARED = "session:1:1";
/** Longer than what anybody types is shown, and than presence is held back. */
const LATER_MS = 10_000;

async function open({ isShared = true } = {}) {
  const supabase = new FakeSupabase();
  const clock = new FakeClock();
  const topics = { isShared };
  supabase.functions.session_topics = () => ({
    role: "owner",
    topic: OWN,
    ...(topics.isShared ? { observersTopic: SHARED } : {}),
  });
  const presence = new SessionPresence({
    supabase,
    sessionId: "1",
    clock,
    createId: () => "me",
    random: () => 0,
  });
  await clock.advance(0);
  await settle();
  const channelOf = (topic: string) => supabase.channels.findLast((channel) => channel.topic === topic);
  return { supabase, clock, presence, topics, channelOf };
}

Deno.test("SessionPresence asks for no broadcast of answers", async () => {
  const { supabase, clock, presence } = await open();

  await clock.advance(300_000);

  assertEquals([...new Set(supabase.calls.map(({ name }) => name))], ["session_topics"]);
  assertEquals(supabase.openTopics, [OWN, SHARED]);
  presence.close();
});

Deno.test("SessionPresence tells who else is there, and not oneself", async () => {
  const { presence, channelOf } = await open();
  let told = 0;
  presence.subscribe(() => told++);

  const observers = channelOf(SHARED);
  assert(observers);
  observers.present = { me: [{ role: "owner" }], ada: [{ role: "observer" }] };
  observers.become("presence", {});
  observers.become("presence", {});

  assertEquals(presence.state, [{ id: "ada", role: "observer", isTyping: false }]);
  assertEquals(told, 1);
  presence.close();
});

Deno.test("SessionPresence shows that somebody types, and takes it back after a while", async () => {
  const { clock, presence, channelOf } = await open({ isShared: false });

  presence.setTyping(true);
  await clock.advance(1_000);
  const typing = channelOf(OWN)?.shown.at(-1);
  await clock.advance(LATER_MS);

  assertEquals(typing, { role: "owner", typing: true });
  assertEquals(channelOf(OWN)?.shown.at(-1), { role: "owner", typing: false });
  presence.close();
});

Deno.test("SessionPresence joins the observers as soon as an invitation is made here", async () => {
  const { clock, supabase, presence, topics } = await open({ isShared: false });
  assertEquals(supabase.openTopics, [OWN]);

  topics.isShared = true;
  presence.renew();
  await clock.advance(0);

  assertEquals(supabase.openTopics, [OWN, SHARED]);
  presence.close();
});

Deno.test("SessionPresence leaves when it is closed, and when it is refused", async () => {
  const closed = await open();
  closed.presence.close();
  await closed.clock.advance(0);

  const refused = await open();
  refused.supabase.functions.session_topics = () => FORBIDDEN;
  refused.presence.renew();
  await refused.clock.advance(0);

  assertEquals([closed.supabase.openTopics, refused.supabase.openTopics], [[], []]);
});
