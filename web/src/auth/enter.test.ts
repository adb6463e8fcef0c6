import { assertEquals } from "@std/assert";
import type { Database } from "../database.ts";
import { enter } from "./enter.ts";

type Auth = Parameters<typeof enter>[0]["auth"];

/** Signs in as the official client does that answers, or throws, like this. */
function enterWith(signInWithPassword: () => Promise<unknown>): Promise<string | null> {
  const auth = { signInWithPassword } as unknown as Pick<Database["auth"], keyof Auth>;
  return enter({ auth }, { how: "sign-in", email: "ada@example.com", password: "secret" });
}

Deno.test("enter() has nothing to tell once somebody is signed in", async () => {
  assertEquals(await enterWith(() => Promise.resolve({ data: { session: {} }, error: null })), null);
});

Deno.test("enter() tells why the server refused", async () => {
  const refused = { name: "AuthApiError", code: "over_request_rate_limit", status: 429 };
  assertEquals(
    await enterWith(() => Promise.resolve({ data: { session: null }, error: refused })),
    "Too many attempts. Wait a minute, then try again.",
  );
});

Deno.test("enter() tells what the official client throws, as with a full storage", async () => {
  assertEquals(
    await enterWith(() => Promise.reject(new DOMException("Full", "QuotaExceededError"))),
    "The browser has no room to keep you signed in. Delete what it keeps for this site, then try again.",
  );
  assertEquals(
    await enterWith(() => Promise.reject(new TypeError("Unknown"))),
    "That did not work. Try again in a moment.",
  );
});
