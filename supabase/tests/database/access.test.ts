/** Who may see and do what, from both sides (R9, R10): the owner, another user, nobody, and the server itself. */
import { assert, assertEquals } from "@std/assert";
import type { Database } from "../../functions/_shared/database.types.ts";
import { createUser } from "./testing/postgres-world.ts";
import { type DatabaseTest, databaseTests } from "./testing/database-tests.ts";
import { openScene } from "./testing/open-scene.ts";

type Tables = Database["public"]["Tables"];

const REFUSED = "42501";
const RPCS = {
  append_events: { p_worker_id: "w", p_batches: [] },
  claim_session: { p_session_id: crypto.randomUUID(), p_worker_id: "w" },
  claim_summary_job: { p_session_id: crypto.randomUUID() },
  detach_connection: {
    p_session_id: crypto.randomUUID(),
    p_worker_id: "w",
    p_connection_id: "c",
    p_close_code: 1000,
  },
  fail_summary_job: {
    p_session_id: crypto.randomUUID(),
    p_ending_number: 1,
    p_claim_token: crypto.randomUUID(),
    p_reason: "x",
  },
  finish_summary_job: {
    p_session_id: crypto.randomUUID(),
    p_ending_number: 1,
    p_claim_token: crypto.randomUUID(),
    p_summary: "x",
  },
  open_session: {
    p_session_id: crypto.randomUUID(),
    p_user_id: crypto.randomUUID(),
    p_worker_id: "w",
    p_connection_id: "c",
  },
  read_session_log: { p_session_id: crypto.randomUUID() },
  submit_command: { p_session_id: crypto.randomUUID(), p_user_id: crypto.randomUUID(), p_command: {} },
} as const;

const USER_RPCS = [
  "accept_share",
  "cancel_order",
  "create_share",
  "read_session",
  "revoke_share",
  "search_sessions",
  "send_command",
  "session_analytics",
  "session_topics",
  "watch_session",
];
/** What policies, and a function that is bound to it, call as the user. Nobody reaches it by name. */
const BOUND_FUNCTIONS = ["matching_messages", "may_appear", "may_receive", "observed_session_ids"];

const tests: DatabaseTest[] = [
  ["the owner reads the session and its events", async (database) => {
    const { sessionId, userId } = await openScene(database);
    const owner = await database.signIn(userId);

    const sessions = await owner.from("sessions").select("session_id");
    const events = await owner.from("session_events").select("event_type").eq("session_id", sessionId).order(
      "id",
    );

    assertEquals(sessions.data, [{ session_id: sessionId }]);
    assertEquals(events.data?.map(({ event_type }) => event_type), [
      "system",
      "user_message",
      "assistant_message",
    ]);
  }],

  ["[R10] another user sees nothing, however they ask", async (database) => {
    const { sessionId, userId } = await openScene(database);
    const other = await database.signIn(await createUser(database.sql));

    for (const table of ["sessions", "session_events", "accounts", "orders"] as const) {
      assertEquals((await other.from(table).select()).data, [], table);
    }
    assertEquals((await other.from("session_events").select().eq("session_id", sessionId)).data, []);
    assertEquals((await other.from("sessions").select().eq("user_id", userId)).data, []);
    assertEquals(
      (await other.from("sessions").update({ title: "Mine" }).eq("session_id", sessionId).select()).data,
      [],
    );
  }],

  ["[R10] nobody signed in may read or write nothing at all", async (database) => {
    await openScene(database);
    for (const table of ["sessions", "session_events", "accounts", "orders"] as const) {
      assertEquals((await database.anonymous.from(table).select()).error?.code, REFUSED, table);
    }
  }],

  ["the owner renames, and changes nothing else of a session", async (database) => {
    const { sessionId, userId } = await openScene(database);
    const owner = await database.signIn(userId);
    const forgeries: Partial<Tables["sessions"]["Update"]>[] = [
      { summary: "Forged" },
      { status: "ended" },
      { message_count: 99 },
      { user_id: crypto.randomUUID() },
      { input_tokens: 0 },
      { title: "Both", summary: "Forged" },
    ];

    const renamed = await owner.from("sessions").update({ title: "Renamed" }).eq("session_id", sessionId)
      .select("title");

    assertEquals(renamed.data, [{ title: "Renamed" }]);
    for (const forgery of forgeries) {
      const { error } = await owner.from("sessions").update(forgery).eq("session_id", sessionId);
      assertEquals(error?.code, REFUSED, JSON.stringify(forgery));
    }
  }],

  ["[R10] no user makes or deletes a session, or gives one to somebody", async (database) => {
    const { sessionId, userId } = await openScene(database);
    const owner = await database.signIn(userId);

    const made = await owner.from("sessions").insert({ session_id: crypto.randomUUID(), user_id: userId });
    const deleted = await owner.from("sessions").delete().eq("session_id", sessionId);

    assertEquals([made.error?.code, deleted.error?.code], [REFUSED, REFUSED]);
  }],

  ["[R10] no user forges, changes or deletes an event, not even in an own session", async (database) => {
    const { sessionId, userId } = await openScene(database);
    const users = [await database.signIn(userId), await database.signIn(await createUser(database.sql))];
    const event = {
      session_id: sessionId,
      seq: 7,
      seq_to: 7,
      event_type: "assistant_message",
      role: "assistant",
    };

    for (const user of users) {
      const forged = await user.from("session_events").insert({ ...event, content: "Forged" });
      const changed = await user.from("session_events").update({ content: "Forged" }).eq(
        "session_id",
        sessionId,
      );
      const deleted = await user.from("session_events").delete().eq("session_id", sessionId);

      assertEquals([forged, changed, deleted].map(({ error }) => error?.code), [REFUSED, REFUSED, REFUSED]);
    }
    const { log } = await (await openScene(database)).world.inspect(sessionId);
    assertEquals(log, ["user_message 1-1", "assistant_message 2-6"]);
  }],

  ["the log is append-only for the server too", async (database) => {
    const { sessionId } = await openScene(database);
    const { server, sql } = database;

    const changed = await server.from("session_events").update({ content: "x" }).eq("session_id", sessionId);
    const deleted = await server.from("session_events").delete().eq("session_id", sessionId);
    const inserted = await server.from("session_events").insert({
      session_id: sessionId,
      event_type: "system",
      role: "system",
    });
    const byOwner = await sql`update public.session_events set content = 'x' where session_id = ${sessionId}`
      .then(() => "changed", (error) => error.code);

    assertEquals([changed, deleted, inserted].map(({ error }) => error?.code), [REFUSED, REFUSED, REFUSED]);
    assertEquals(byOwner, REFUSED);
  }],

  ["the server writes sessions through its functions only", async (database) => {
    const { sessionId } = await openScene(database);

    const { error } = await database.server.from("sessions").update({ summary: "x" }).eq(
      "session_id",
      sessionId,
    );

    assertEquals(error?.code, REFUSED);
  }],

  ["[R10] users and strangers are refused every function of the server", async (database) => {
    const { userId } = await openScene(database);
    const callers = [database.anonymous, await database.signIn(userId)];

    for (const [name, parameters] of Object.entries(RPCS)) {
      for (const caller of callers) {
        const { error } = await caller.rpc(name as keyof typeof RPCS, parameters as never);
        assertEquals(error?.code, REFUSED, name);
      }
    }
  }],

  ["every function of the public schema is granted to exactly one kind of caller", async ({ sql }) => {
    const rows = await sql<{ name: string; roles: string }[]>`
      select proname as name, string_agg(role, ' ' order by role) as roles
      from pg_proc
        cross join unnest(array['anon', 'authenticated', 'service_role']) as role
      where pronamespace = 'public'::regnamespace and has_function_privilege(role, pg_proc.oid, 'execute')
      group by proname order by proname`;
    const expected = [
      ...Object.keys(RPCS).map((name) => ({ name, roles: "service_role" })),
      ...USER_RPCS.map((name) => ({ name, roles: "authenticated" })),
    ];

    assertEquals(
      rows.map(({ name, roles }) => ({ name, roles })),
      expected.toSorted((left, right) => left.name < right.name ? -1 : 1),
    );
  }],

  ["nobody but the owner role enters the private schema", async ({ sql }) => {
    for (const role of ["anon", "authenticated", "service_role"]) {
      const [access] = await sql<{ schema: boolean; tables: number; functions: string[] }[]>`
        select has_schema_privilege(${role}, 'private', 'usage') as schema,
          (select count(*)::integer from pg_tables where schemaname = 'private'
            and has_table_privilege(${role}, format('%I.%I', schemaname, tablename), 'select, insert, update, delete'))
            as tables,
          array(select proname::text from pg_proc where pronamespace = 'private'::regnamespace
            and has_function_privilege(${role}, oid, 'execute') and proname <> 'server_started_at' order by 1)
            as functions`;
      const functions = role === "authenticated" ? BOUND_FUNCTIONS : [];
      assertEquals({ ...access }, { schema: false, tables: 0, functions }, role);
    }
  }],

  ["every function sets an empty search path, and every table has row level security", async ({ sql }) => {
    const loose = await sql<{ name: string }[]>`
      select proname as name from pg_proc
      where pronamespace in ('public'::regnamespace, 'private'::regnamespace)
        and not coalesce(proconfig::text like '%search_path=%', false)`;
    const open = await sql<{ name: string }[]>`
      select relname as name from pg_class
      where relnamespace in ('public'::regnamespace, 'private'::regnamespace) and relkind = 'r'
        and not relrowsecurity and relname not like 'test_%'`;

    assertEquals([loose.map(({ name }) => name), open.map(({ name }) => name)], [[], []]);
  }],

  ["deleting a user takes their sessions and events with them", async (database) => {
    const { sessionId, userId } = await openScene(database);

    await database.sql`delete from auth.users where id = ${userId}`;

    const rows = await database.sql`select 1 from public.session_events where session_id = ${sessionId}`;
    assert(rows.length === 0);
  }],

  ["a token that outlived its user opens nothing", async ({ server }) => {
    const { data } = await server.rpc("open_session", {
      p_session_id: crypto.randomUUID(),
      p_user_id: crypto.randomUUID(),
      p_worker_id: "w",
      p_connection_id: "c",
    });

    assertEquals(data, { outcome: "forbidden" });
  }],
];

databaseTests("Access", tests);
