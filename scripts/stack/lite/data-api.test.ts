/** The Data API answers supabase-js as PostgREST does, where `@supabase/lite` alone does not. */

import { assertEquals } from "@std/assert";
import postgres from "postgres";
import { createTestClient, signInDemo, withStack } from "../testing/with-stack.ts";

Deno.test("insert({}) makes a row of defaults, with numbers and times as in JSON", () =>
  withStack(async (stack) => {
    const user = await signInDemo(stack);

    const { data, status } = await user.from("notes").insert({}).select("title,data,amount,created_at")
      .single();

    assertEquals(status, 201);
    assertEquals(data, {
      title: "untitled",
      data: {},
      amount: 1.5,
      created_at: "2026-01-02T03:04:05.678+00:00",
    });
  }));

Deno.test("JSON columns keep every kind of value, a text that looks like a number too", () =>
  withStack(async (stack) => {
    const user = await signInDemo(stack);
    const values = ["plain", "5", '{"a":1}', 5, true, [1, "2"], { a: { b: ["x"] } }];

    await user.from("notes").insert(values.map((data, index) => ({ title: String(index), data })))
      .throwOnError();
    await user.from("notes").upsert({ note_id: crypto.randomUUID(), title: "x" }).throwOnError();
    const { data } = await user.from("notes").select("data").order("title").limit(5);

    assertEquals(data?.map((row) => row.data), values.slice(0, 5));
  }));

Deno.test("rpc() passes JSON arguments once encoded and gives back what the function returns", () =>
  withStack(async (stack) => {
    const client = createTestClient(stack);
    const values = [{ a: [1, { b: "x" }] }, [1, 2], "plain", "5", 5, null];

    const echoed = await Promise.all(values.map(async (value) => (await client.rpc("echo", { value })).data));
    const kinds = await Promise.all(
      [{}, [], "{}", 1].map(async (value) => (await client.rpc("json_kind", { value })).data),
    );
    const table = await client.rpc("count_up", { last: 2 });
    const nothing = await client.rpc("do_nothing");

    assertEquals(echoed, values);
    assertEquals(kinds, ["object", "array", "string", "number"]);
    assertEquals(table.data, [
      { number: 1, at: "2026-01-02T03:04:05.678+00:00" },
      { number: 2, at: "2026-01-02T03:04:05.678+00:00" },
    ]);
    assertEquals([nothing.status, nothing.data], [204, null]);
  }));

Deno.test("arrays go in and out of tables and functions", () =>
  withStack(async (stack) => {
    const user = await signInDemo(stack);
    const ids = [crypto.randomUUID(), crypto.randomUUID()];

    const row = await user.from("notes").insert({ tags: ["a", 'b,"c"'], scores: [1, 2.5] }).select(
      "tags,scores",
    );
    const reversed = await user.rpc("reverse_ids", { ids });

    assertEquals(row.data, [{ tags: ["a", 'b,"c"'], scores: [1, 2.5] }]);
    assertEquals(reversed.data, ids.reverse());
  }));

Deno.test("filters, order, range, count and single rows work", () =>
  withStack(async (stack) => {
    const user = await signInDemo(stack);
    await user.from("notes").insert(["a", "b", "c"].map((title) => ({ title, data: { of: title } })));

    const filtered = await user.from("notes").select("title").or("title.eq.a,data->>of.eq.c").order("title");
    const ranged = await user.from("notes").select("title", { count: "exact" }).order("title").range(1, 1);
    const contained = await user.from("notes").select("title").contains("data", { of: "b" }).single();
    const missing = await user.from("notes").select().eq("title", "none").single();

    assertEquals(filtered.data, [{ title: "a" }, { title: "c" }]);
    assertEquals([ranged.data, ranged.count], [[{ title: "b" }], 3]);
    assertEquals(contained.data, { title: "b" });
    assertEquals([missing.status, missing.error?.code], [406, "PGRST116"]);
  }));

Deno.test("no more rows than max_rows are returned, of tables and functions", () =>
  withStack(async (stack) => {
    const client = createTestClient(stack);

    const rows = await client.rpc("count_up", { last: 9 });
    const wished = await client.rpc("count_up", { last: 9 }).limit(8);

    assertEquals([rows.data?.length, wished.data?.length], [5, 5]);
  }));

Deno.test("errors carry code, message, details and hint with the status of PostgREST", () =>
  withStack(async (stack) => {
    const client = createTestClient(stack);
    const error = { message: "refused", details: "why", hint: "how" };

    for (const [code, status] of [["P0001", 400], ["23505", 409], ["PT409", 409], ["55000", 500]] as const) {
      const failed = await client.rpc("fail_with", { code });
      const { message, details, hint } = failed.error!;
      assertEquals([failed.status, failed.error?.code, { message, details, hint }], [status, code, error]);
    }
    const unknown = await client.rpc("no_such_function");
    assertEquals([unknown.status, unknown.error?.code], [404, "PGRST202"]);
  }));

Deno.test("a refused answer leaves nothing written", () =>
  withStack(async (stack) => {
    const user = await signInDemo(stack);

    const refused = await user.from("notes").insert([{ title: "a" }, { title: "b" }]).select().single();
    const { count } = await user.from("notes").select("*", { count: "exact", head: true });

    assertEquals([refused.status, count], [406, 0]);
  }));

Deno.test("a statement of a browser ends at the timeout of its role", () =>
  withStack(async (stack) => {
    const { status, error } = await createTestClient(stack).rpc("sleep", { seconds: 5 });

    assertEquals([status, error?.code], [500, "57014"]);
  }));

Deno.test("a changed schema is noticed without a restart", () =>
  withStack(async (stack) => {
    const user = await signInDemo(stack);
    await user.from("notes").insert({ title: "a" }).throwOnError();
    const sql = postgres(stack.dbUrl, { max: 1 });
    await sql`alter table public.notes add column colour text not null default 'blue'`;
    await sql.end();

    const deadline = Date.now() + 5_000;
    let colour: unknown;
    while (colour === undefined && Date.now() < deadline) {
      colour = (await user.from("notes").select("colour").limit(1)).data?.[0]?.colour;
    }

    assertEquals(colour, "blue");
    assertEquals(Object.keys((await user.from("notes").select().single()).data).includes("colour"), true);
  }));
