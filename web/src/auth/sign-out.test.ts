import { assertEquals } from "@std/assert";
import type { Database } from "../database.ts";
import { signOut } from "./sign-out.ts";

type Auth = Parameters<typeof signOut>[0]["auth"];

/** As the official client without a server: it stays signed in, unless it is to sign out here only. */
function offlineAuth({ canForget = true } = {}) {
  const scopes: (string | undefined)[] = [];
  let session: object | null = {};
  const error = { name: "AuthRetryableFetchError" };
  const auth = {
    signOut({ scope }: { scope?: string } = {}) {
      scopes.push(scope);
      if (scope === "local" && canForget) session = null;
      return Promise.resolve({ error });
    },
    getSession: () => Promise.resolve({ data: { session }, error: null }),
  } as unknown as Pick<Database["auth"], keyof Auth>;
  return { auth, scopes };
}

Deno.test("signOut() signs out here when the server cannot be told", async () => {
  const { auth, scopes } = offlineAuth();

  assertEquals(await signOut({ auth }), true);
  assertEquals(scopes, [undefined, "local"]);
});

Deno.test("signOut() tells when even that fails", async () => {
  const { auth } = offlineAuth({ canForget: false });

  assertEquals(await signOut({ auth }), false);
});

Deno.test("signOut() asks once when the server answers", async () => {
  const scopes: unknown[] = [];
  const auth = {
    signOut: (options?: unknown) => (scopes.push(options), Promise.resolve({ error: null })),
    getSession: () => Promise.reject(new Error("Not asked")),
  } as unknown as Auth;

  assertEquals([await signOut({ auth }), scopes], [true, [undefined]]);
});
