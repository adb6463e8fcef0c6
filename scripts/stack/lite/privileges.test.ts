/** The Data API changes no privilege and lets nobody do more than the migrations granted. */

import { assertEquals } from "@std/assert";
import postgres from "postgres";
import type { Stack } from "../start-stack.ts";
import { createTestClient, signInDemo, withStack } from "../testing/with-stack.ts";

const PRIVILEGES = `
  select n.nspname, c.relname as name, c.relacl::text as acl,
    (select json_agg(a.attname || ' ' || a.attacl::text order by a.attnum) from pg_attribute a
      where a.attrelid = c.oid and a.attacl is not null)::text as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  union all select n.nspname, p.proname, p.proacl::text, pg_get_functiondef(p.oid)
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname not in ('pg_catalog', 'information_schema') and p.prokind = 'f'
  union all select nspname, '', nspacl::text, null from pg_namespace
  union all select 'default', coalesce(defaclnamespace::regnamespace::text, '') || defaclobjtype::text, defaclacl::text, null
  from pg_default_acl
  order by 1, 2, 3`;

async function readPrivileges(stack: Stack): Promise<string[]> {
  const sql = postgres(stack.adminDbUrl, { max: 1 });
  try {
    return (await sql.unsafe(PRIVILEGES)).filter((row) => !row.nspname.startsWith("pg_t")).map((row) =>
      JSON.stringify(row)
    );
  } finally {
    await sql.end();
  }
}

Deno.test("traffic of every kind leaves all privileges and function bodies as they were", () =>
  withStack(async (stack) => {
    const before = await readPrivileges(stack);

    const user = await signInDemo(stack);
    await user.from("notes").insert({ title: "a" });
    await user.from("notes").select();
    await user.from("notes").update({ title: "b" }).eq("title", "a");
    await user.rpc("who_am_i");
    await user.from("notes").delete().eq("title", "b");
    await createTestClient(stack).from("notes").select();
    await createTestClient(stack, stack.secretKey).from("notes").select();
    await createTestClient(stack).auth.signUp({ email: "new@example.com", password: "long-enough" });
    const studio = await fetch(`${stack.studioUrl}/rest/v1/notes`);
    assertEquals(await studio.json(), []);

    assertEquals(await readPrivileges(stack), before);
  }));

Deno.test("a user with only update (title) cannot forge another column", () =>
  withStack(async (stack) => {
    const user = await signInDemo(stack);
    await user.from("notes").insert({ title: "mine" });

    const renamed = await user.from("notes").update({ title: "renamed" }).eq("title", "mine").select("title");
    const forged = await user.from("notes").update({ summary: "forged" }).eq("title", "renamed").select();

    assertEquals(renamed.data, [{ title: "renamed" }]);
    assertEquals([forged.status, forged.error?.code], [403, "42501"]);
  }));

Deno.test("a user sees and writes nobody else's rows, anon none at all", () =>
  withStack(async (stack) => {
    const owner = await signInDemo(stack);
    const { data: note } = await owner.from("notes").insert({}).select("user_id").single();
    const other = createTestClient(stack);
    await other.auth.signUp({ email: "other@example.com", password: "long-enough" });

    const seen = await other.from("notes").select();
    const written = await other.from("notes").insert({ user_id: note!.user_id });
    const asAnon = await createTestClient(stack).from("notes").select();

    assertEquals(seen.data, []);
    assertEquals([written.status, written.error?.code], [403, "42501"]);
    assertEquals([asAnon.status, asAnon.error?.code], [401, "42501"]);
  }));

Deno.test("a revoked function is refused to users and open to the secret key", () =>
  withStack(async (stack) => {
    const user = await signInDemo(stack);

    const refused = await user.rpc("server_only");
    const allowed = await createTestClient(stack, stack.secretKey).rpc("server_only");

    assertEquals([refused.status, refused.error?.code], [403, "42501"]);
    assertEquals(allowed.data, "server");
  }));

Deno.test("only exposed schemas are reachable, others through security definer functions", () =>
  withStack(async (stack) => {
    const admin = createTestClient(stack, stack.secretKey);

    const direct = await admin.schema("private").from("secrets").select();
    const through = await (await signInDemo(stack)).rpc("reveal_secret");

    assertEquals([direct.status, direct.error?.code], [406, "PGRST106"]);
    assertEquals(through.data, "hush");
  }));

Deno.test("auth.uid() and the role are the caller's", () =>
  withStack(async (stack) => {
    const user = await signInDemo(stack);
    const { data } = await user.auth.getUser();

    const asUser = await user.rpc("who_am_i");
    const asAnon = await createTestClient(stack).rpc("who_am_i");
    const asServer = await createTestClient(stack, stack.secretKey).rpc("who_am_i");

    assertEquals(asUser.data, { uid: data.user!.id, role: "authenticated", user: "authenticated" });
    assertEquals(asAnon.data, { uid: null, role: "anon", user: "anon" });
    assertEquals(asServer.data, { uid: null, role: "service_role", user: "service_role" });
  }));
