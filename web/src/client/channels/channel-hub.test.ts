import { assertEquals } from "@std/assert";
import { FakeSupabase } from "../testing/fake-supabase.ts";
import { openTestWatch } from "../testing/open-test-watch.ts";

Deno.test("whoever shows themselves is shown, although somebody who does not was there first", async () => {
  const supabase = new FakeSupabase();
  const hidden = await openTestWatch({ supabase, hasPresence: false });
  const shown = await openTestWatch({ supabase, hasPresence: true });
  await hidden.clock.advance(0);

  assertEquals(supabase.latest.shown, [{ role: "owner", typing: false }]);
  assertEquals([hidden, shown].map(({ watch }) => watch.state.connection.status), ["live", "live"]);
  assertEquals(supabase.openTopics.length, 1);
  supabase.latest.present = { guest: [{ role: "observer" }] };
  supabase.latest.become("presence", { event: "sync" });
  assertEquals([hidden, shown].map(({ watch }) => watch.state.participants.length), [0, 1]);
  hidden.watch.close();
  shown.watch.close();
});
