import { assertEquals, assertRejects } from "@std/assert";
import { createSupabaseUserDatabase } from "./supabase-user-database.ts";
import { UserDatabaseError } from "./user-database-error.ts";

function openDatabase(answer: () => Response) {
  const requests: { url: URL; authorization: string | null; apiKey: string | null; body: unknown }[] = [];
  let token = "token-1";
  const database = createSupabaseUserDatabase({
    url: "http://api.test",
    publishableKey: "sb_publishable_x",
    accessToken: () => token,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const text = await request.text();
      requests.push({
        url: new URL(request.url),
        authorization: request.headers.get("authorization"),
        apiKey: request.headers.get("apikey"),
        body: text === "" ? undefined : JSON.parse(text),
      });
      return answer();
    },
  });
  return { database, requests, refresh: (newer: string) => token = newer };
}

Deno.test("[R9] createSupabaseUserDatabase() reads with the user's newest token, never a key of the server", async () => {
  const { database, requests, refresh } = openDatabase(() => Response.json([{ user_id: "user-1" }]));
  const query = { table: "accounts", columns: "user_id, balance", equals: { user_id: "user-1" }, limit: 1 };

  const rows = await database.select(query);
  refresh("token-2");
  await database.select(query);

  assertEquals(rows, [{ user_id: "user-1" }]);
  assertEquals(requests.map((request) => request.authorization), ["Bearer token-1", "Bearer token-2"]);
  assertEquals(requests[0]?.apiKey, "sb_publishable_x");
  assertEquals(requests[0]?.url.pathname, "/rest/v1/accounts");
  assertEquals(Object.fromEntries(requests[0]?.url.searchParams ?? []), {
    select: "user_id,balance",
    user_id: "eq.user-1",
    limit: "1",
  });
});

Deno.test("createSupabaseUserDatabase() calls a database function with named parameters", async () => {
  const { database, requests } = openDatabase(() => Response.json({ status: "CANCELLED" }));

  const result = await database.call("cancel_order", { p_order_id: "ORD-1003", p_call_key: "k" });

  assertEquals(result, { status: "CANCELLED" });
  assertEquals(requests[0]?.url.pathname, "/rest/v1/rpc/cancel_order");
  assertEquals(requests[0]?.body, { p_order_id: "ORD-1003", p_call_key: "k" });
});

Deno.test("createSupabaseUserDatabase() keeps the code of a refusal", async () => {
  const refusal = { code: "42501", message: "permission denied for table accounts" };
  const { database } = openDatabase(() => Response.json(refusal, { status: 403 }));

  const error = await assertRejects(
    () => database.select({ table: "accounts", columns: "user_id" }),
    UserDatabaseError,
  );

  assertEquals(error.code, "42501");
});
