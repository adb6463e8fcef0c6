import { assertEquals } from "@std/assert";
import { Listeners } from "./listeners.ts";
import { sessionList } from "./list/session-list.ts";
import { FakeClock } from "./testing/fake-clock.ts";
import { FakeSupabase } from "./testing/fake-supabase.ts";
import { ready } from "./testing/frames.ts";
import { openTestSession } from "./testing/open-test-session.ts";
import { openTestWatch } from "./testing/open-test-watch.ts";

/** What is reported while `run` runs. */
async function reportsOf(run: () => void | Promise<void>): Promise<string[]> {
  const reports: string[] = [];
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    reports.push(event.error.message);
  };
  addEventListener("error", onError);
  try {
    await run();
  } finally {
    removeEventListener("error", onError);
  }
  return reports;
}

Deno.test("a listener that throws is reported, and the others are told", async () => {
  const listeners = new Listeners<[string]>();
  const told: string[] = [];
  listeners.add(() => {
    throw new Error("Broken");
  });
  const forget = listeners.add((word) => told.push(word));

  assertEquals(await reportsOf(() => listeners.tell("one")), ["Broken"]);
  forget();
  await reportsOf(() => listeners.tell("two"));

  assertEquals(told, ["one"]);
});

Deno.test("a listener that throws does not end the reconnecting", async () => {
  const { session, sockets, clock } = await openTestSession();
  sockets[0]?.receive(ready());
  session.subscribe(() => {
    throw new Error("Cannot render");
  });

  await reportsOf(async () => {
    sockets[0]?.drop(1006);
    await clock.advance(1_000);
  });

  assertEquals(sockets.length, 2);
});

Deno.test("subscribe() can be handed on by itself, as React does", async () => {
  const { session } = await openTestSession();
  const { watch } = await openTestWatch();
  const list = sessionList({ supabase: new FakeSupabase(), clock: new FakeClock() });

  for (const { subscribe } of [session, watch, list]) subscribe(() => {});
  const { onFrame } = session;
  onFrame(() => {});

  for (const opened of [session, watch, list]) opened.close();
});
