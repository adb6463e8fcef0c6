import { assertEquals } from "@std/assert";
import { toDefaultPorts } from "../ports.ts";
import { FakeClock, settle } from "../testing/fake-clock.ts";
import { FakeSupabase } from "../testing/fake-supabase.ts";
import { ChannelConnection } from "./channel-connection.ts";

Deno.test("two refusals of one stale token ask for a fresh one once, and stop nothing", async () => {
  const clock = new FakeClock();
  const refreshed = Promise.withResolvers<string>();
  const asked: boolean[] = [];
  const connection: ChannelConnection<string> = new ChannelConnection<string>({
    supabase: new FakeSupabase(),
    getAccessToken: ({ forceRefresh }) => {
      asked.push(forceRefresh);
      return forceRefresh ? refreshed.promise : Promise.resolve("stale");
    },
    ports: { ...toDefaultPorts(), clock, random: () => 0.5 },
    ask: () => Promise.resolve({ ok: true, value: "topic" }),
    holdsForMs: () => 60_000,
    join: () => {},
    leave: () => {},
    renew: () => {},
    read: () => Promise.resolve(true),
    onState: () => {},
  });
  await connection.open();
  await connection.onLive();

  connection.onFailure("unauthorized");
  await clock.advance(0);
  connection.onFailure("unauthorized");
  const { status } = connection.state;
  refreshed.resolve("fresh");
  await settle();
  await connection.onLive();

  assertEquals([status, connection.state.status], ["reconnecting", "live"]);
  assertEquals(asked, [false, true]);
  connection.stop("closed");
});
