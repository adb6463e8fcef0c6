import { assertEquals, assertRejects } from "@std/assert";
import { FakeClock } from "../testing/fake-clock.ts";
import { FakeSupabase } from "../testing/fake-supabase.ts";
import { SignedOutError } from "../signed-out-error.ts";
import { accessTokenOf } from "./access-token-of.ts";

Deno.test("accessTokenOf() renews once for all who ask within moments", async () => {
  const supabase = new FakeSupabase();
  const clock = new FakeClock();
  const [first, second] = [accessTokenOf(supabase, clock), accessTokenOf(supabase, clock)];

  assertEquals(await first({ forceRefresh: false }), "token-0");
  const renewed = await Promise.all([first({ forceRefresh: true }), second({ forceRefresh: true })]);
  assertEquals(renewed, ["token-1", "token-1"]);
  await clock.advance(5_000);
  assertEquals(await second({ forceRefresh: true }), "token-2");
});

Deno.test("accessTokenOf() rejects when nobody is signed in, and asks again next time", async () => {
  const supabase = new FakeSupabase();
  supabase.isSignedIn = false;
  const getAccessToken = accessTokenOf(supabase, new FakeClock());

  await assertRejects(() => getAccessToken({ forceRefresh: true }), SignedOutError);
  supabase.isSignedIn = true;

  assertEquals(await getAccessToken({ forceRefresh: true }), "token-2");
});

Deno.test("accessTokenOf() never gives the renewed token of somebody who has signed out since", async () => {
  const supabase = new FakeSupabase();
  const getAccessToken = accessTokenOf(supabase, new FakeClock());
  await getAccessToken({ forceRefresh: true });
  supabase.isSignedIn = false;

  await assertRejects(() => getAccessToken({ forceRefresh: true }), Error, "nobody is signed in");
});

Deno.test("accessTokenOf() says of no failing server that nobody is signed in", async () => {
  const supabase = new FakeSupabase();
  supabase.isSignedIn = false;
  supabase.authError = { message: "Failed to fetch", status: 0 };
  const getAccessToken = accessTokenOf(supabase, new FakeClock());

  const error = await assertRejects(() => getAccessToken({ forceRefresh: true }), Error, "Failed to fetch");
  assertEquals(error instanceof SignedOutError, false);
});
