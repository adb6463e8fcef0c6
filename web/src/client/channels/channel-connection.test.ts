import { assertEquals } from "@std/assert";
import { toDefaultPorts } from "../ports.ts";
import { FakeClock, settle } from "../testing/fake-clock.ts";
import { FakeSupabase } from "../testing/fake-supabase.ts";
import type { GetAccessToken } from "../token-refresh.ts";
import { SignedOutError } from "../signed-out-error.ts";
import { ChannelConnection } from "./channel-connection.ts";

/** A connection whose topic is granted, and which is live once it says so. */
function connect(getAccessToken: GetAccessToken) {
  const clock = new FakeClock();
  const connection: ChannelConnection<string> = new ChannelConnection<string>({
    supabase: new FakeSupabase(),
    getAccessToken,
    ports: { ...toDefaultPorts(), clock, random: () => 0.5 },
    ask: () => Promise.resolve({ ok: true, value: "topic" }),
    holdsForMs: () => 60_000,
    join: () => {},
    leave: () => {},
    renew: () => {},
    read: () => Promise.resolve(true),
    onState: () => {},
  });
  return { clock, connection };
}

Deno.test("two refusals of one stale token ask for a fresh one once, and stop nothing", async () => {
  const refreshed = Promise.withResolvers<string>();
  const asked: boolean[] = [];
  const { clock, connection } = connect(({ forceRefresh }) => {
    asked.push(forceRefresh);
    return forceRefresh ? refreshed.promise : Promise.resolve("stale");
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

Deno.test("a refused token is replaced as soon as that is possible", async () => {
  let isOffline = false;
  const { clock, connection } = connect(() =>
    isOffline ? Promise.reject(new Error("Offline")) : Promise.resolve("token")
  );
  await connection.open();
  await connection.onLive();
  isOffline = true;
  connection.onFailure("unauthorized");
  await clock.advance(0);
  assertEquals(connection.state.status, "reconnecting");

  isOffline = false;
  await clock.advance(2_000);
  await connection.onLive();

  assertEquals(connection.state.status, "live");
  connection.stop("closed");
});

Deno.test("a fresh token that is refused too stops, and so does nobody signed in", async () => {
  const refused = connect(() => Promise.resolve("token"));
  await refused.connection.open();
  refused.connection.onFailure("unauthorized");
  await refused.clock.advance(0);
  refused.connection.onFailure("unauthorized");

  const signedOut = connect(() => Promise.reject(new SignedOutError()));
  await signedOut.connection.open();

  for (const { state } of [refused.connection, signedOut.connection]) {
    assertEquals(state.status === "stopped" && state.cause, "signed_out");
  }
});
