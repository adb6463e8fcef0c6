import { assertEquals } from "@std/assert";
import { FakeClock } from "./testing/fake-clock.ts";
import { startTokenRefresh } from "./token-refresh.ts";

const MINUTE_MS = 60_000;

/** An unsigned token. */
function tokenUntil(expiryMs: number, claims: { iat?: number; jti?: number } = {}): string {
  return `e30.${btoa(JSON.stringify({ exp: Math.floor(expiryMs / 1000), ...claims }))}.signature`;
}

function startWith(
  tokens: (string | Error)[],
  { clock, accessToken }: { clock: FakeClock; accessToken: string },
) {
  const refreshed: string[] = [];
  const stop = startTokenRefresh({
    clock,
    accessToken,
    getAccessToken() {
      const next = tokens.shift() ?? accessToken;
      return typeof next === "string" ? Promise.resolve(next) : Promise.reject(next);
    },
    onRefreshed: (token) => refreshed.push(token),
  });
  return { refreshed, stop };
}

Deno.test("startTokenRefresh() hands over a new token a minute before the old one ends, again and again", async () => {
  const clock = new FakeClock();
  const second = tokenUntil(clock.now() + 20 * MINUTE_MS);
  const third = tokenUntil(clock.now() + 30 * MINUTE_MS);
  const accessToken = tokenUntil(clock.now() + 10 * MINUTE_MS);
  const { refreshed } = startWith([second, third], { clock, accessToken });

  await clock.advance(9 * MINUTE_MS - 1);
  assertEquals(refreshed, []);
  await clock.advance(1);
  assertEquals(refreshed, [second]);
  await clock.advance(10 * MINUTE_MS);
  assertEquals(refreshed, [second, third]);
});

Deno.test("startTokenRefresh() tries again after a failure", async () => {
  const clock = new FakeClock();
  const next = tokenUntil(clock.now() + 60 * MINUTE_MS);
  const accessToken = tokenUntil(clock.now() + 10 * MINUTE_MS);
  const { refreshed } = startWith([new Error("Offline"), next], { clock, accessToken });

  await clock.advance(9 * MINUTE_MS);
  assertEquals(refreshed, []);
  await clock.advance(10_000);
  assertEquals(refreshed, [next]);
});

Deno.test("startTokenRefresh() leaves a token without an expiry alone, and stops when told", async () => {
  const clock = new FakeClock();
  const opaque = startWith(["other"], { clock, accessToken: "opaque" });
  const stopped = startWith(["other"], { clock, accessToken: tokenUntil(clock.now() + MINUTE_MS) });
  stopped.stop();
  await clock.advance(120 * MINUTE_MS);

  assertEquals(opaque.refreshed, []);
  assertEquals(stopped.refreshed, []);
});

Deno.test("startTokenRefresh() asks no more often on a device whose clock is hours fast", async () => {
  const clock = new FakeClock();
  const issue = (jti: number) => {
    const serverMs = clock.now() - 180 * MINUTE_MS;
    return tokenUntil(serverMs + 60 * MINUTE_MS, { iat: Math.floor(serverMs / 1000), jti });
  };
  let count = 0;
  startTokenRefresh({
    clock,
    accessToken: issue(0),
    // Without an end, a loop would keep the test from failing.
    getAccessToken: () => ++count < 1_000 ? Promise.resolve(issue(count)) : new Promise(() => {}),
    onRefreshed: () => {},
  });

  await clock.advance(58 * MINUTE_MS);
  assertEquals(count, 1);
  await clock.advance(2 * MINUTE_MS);
  assertEquals(count, 2);
});

Deno.test("startTokenRefresh() does not loop over tokens that say only when they ended", async () => {
  const clock = new FakeClock();
  let count = 0;
  startTokenRefresh({
    clock,
    accessToken: tokenUntil(clock.now()),
    getAccessToken: () =>
      ++count < 1_000 ? Promise.resolve(tokenUntil(0, { jti: count })) : new Promise(() => {}),
    onRefreshed: () => {},
  });

  await clock.advance(MINUTE_MS);

  assertEquals(count, 7);
});

Deno.test("startTokenRefresh() renews in time a token that was issued long before", async () => {
  const clock = new FakeClock();
  const issuedMs = clock.now() - 50 * MINUTE_MS;
  const accessToken = tokenUntil(issuedMs + 60 * MINUTE_MS, { iat: Math.floor(issuedMs / 1000) });
  const next = tokenUntil(clock.now() + 60 * MINUTE_MS);
  const { refreshed } = startWith([next], { clock, accessToken });

  await clock.advance(9 * MINUTE_MS);

  assertEquals(refreshed, [next]);
});
