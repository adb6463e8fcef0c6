import { assertEquals, assertRejects } from "@std/assert";
import { SupabaseRequestError } from "../channels/supabase-request-error.ts";
import type { ListedRow } from "../protocol.ts";
import { FakeClock, settle } from "../testing/fake-clock.ts";
import { FakeFailure, FakeSupabase } from "../testing/fake-supabase.ts";
import { at, change, row } from "../testing/listed-rows.ts";
import { sessionList } from "./session-list.ts";

/** The unsigned token of user "me". */
const TOKEN = `e30.${btoa(JSON.stringify({ sub: "me" }))}.signature`;

async function openTestList(rows: ListedRow[], { supabase = new FakeSupabase() } = {}) {
  const clock = new FakeClock();
  const database = { rows };
  supabase.functions.search_sessions ??= ({ p_query: query, p_before: before, p_limit: limit }) =>
    database.rows.filter(({ title, last_activity_at }) =>
      (title ?? "").includes(String(query)) && (before === null || last_activity_at < String(before))
    ).slice(0, Number(limit));
  const list = sessionList({
    supabase,
    clock,
    random: () => 0.5,
    pageSize: 2,
    getAccessToken: () => Promise.resolve(TOKEN),
  });
  await clock.advance(0);
  await settle();
  return {
    list,
    supabase,
    clock,
    database,
    ids: () => list.state.sessions.map(({ sessionId }) => sessionId),
  };
}

Deno.test("the list is read a page at a time, newest activity first", async () => {
  const { list, supabase, ids } = await openTestList([row("c", 3), row("b", 2), row("a", 1)]);
  assertEquals(supabase.latest.topic, "user:me");
  assertEquals(list.state.connection.status, "live");
  assertEquals([ids(), list.state.hasMore], [["c", "b"], true]);

  await list.loadMore();

  assertEquals([ids(), list.state.hasMore], [["c", "b", "a"], false]);
  list.close();
});

Deno.test("sessions come, change, move up and go as it happens", async () => {
  const { list, supabase, ids } = await openTestList([row("b", 2), row("a", 1)]);
  const { latest: channel } = supabase;

  channel.broadcast(change("c", 3, { operation: "insert" }));
  assertEquals(ids(), ["c", "b", "a"]);
  channel.broadcast(change("a", 4, { title: "Orders", summary: "Done", summaryRead: false }));
  assertEquals(ids(), ["a", "c", "b"]);
  assertEquals([list.state.sessions[0]?.title, list.state.unreadCount], ["Orders", 1]);
  channel.broadcast(change("c", 3, { operation: "delete" }));

  assertEquals(ids(), ["a", "b"]);
  list.close();
});

Deno.test("what is read for an earlier query is not shown as the result of the next", async () => {
  const { list, supabase, clock, ids } = await openTestList([row("b", 2), row("a", 1, { title: "zebra" })]);
  const read = supabase.functions.search_sessions;
  const slow = Promise.withResolvers<void>();
  supabase.functions.search_sessions = async (parameters) => {
    if (parameters.p_query === "") await slow.promise;
    return read?.(parameters);
  };
  await clock.advance(120_000);

  list.search("zebra");
  slow.resolve();
  await settle();
  assertEquals(list.state.isLoading, true);
  await clock.advance(250);

  assertEquals([ids(), list.state.isLoading], [["a"], false]);
  list.close();
});

Deno.test("what belongs to a page that was not read comes with that page", async () => {
  const { list, supabase, ids } = await openTestList([row("c", 3), row("b", 2), row("a", 1)]);

  supabase.latest.broadcast(change("a", 1, { title: "Renamed" }));

  assertEquals(ids(), ["c", "b"]);
  list.close();
});

Deno.test("a change that comes late does not undo a newer one", async () => {
  const { list, supabase } = await openTestList([row("a", 5, { title: "New" })]);

  supabase.latest.broadcast(change("a", 4, { title: "Old" }));

  assertEquals(list.state.sessions[0]?.title, "New");
  list.close();
});

Deno.test("what changes while a page is on its way is not lost", async () => {
  const supabase = new FakeSupabase();
  let answer: (rows: ListedRow[]) => void = () => {};
  supabase.functions.search_sessions = () => new Promise<ListedRow[]>((resolve) => answer = resolve);
  const { list, ids } = await openTestList([], { supabase });

  supabase.latest.broadcast(change("b", 2, { operation: "insert" }));
  answer([row("a", 1)]);
  await settle();

  assertEquals(ids(), ["b", "a"]);
  list.close();
});

Deno.test("after a break the list is read again", async () => {
  const { list, supabase, clock, database, ids } = await openTestList([row("a", 1)]);
  database.rows = [row("b", 2), row("a", 1, { title: "Renamed" })];

  supabase.latest.fail("CHANNEL_ERROR");
  await clock.advance(0);
  await settle();

  assertEquals(ids(), ["b", "a"]);
  assertEquals(list.state.sessions[1]?.title, "Renamed");
  assertEquals(list.state.connection.status, "live");
  list.close();
});

Deno.test("a change whose broadcast is lost is found within two minutes", async () => {
  const { list, clock, database, ids } = await openTestList([row("a", 1)]);
  database.rows = [row("b", 2), row("a", 1)];

  await clock.advance(120_000);

  assertEquals(ids(), ["b", "a"]);
  list.close();
});

Deno.test("a search asks when typing pauses, and again when something changes", async () => {
  const { list, supabase, clock, database, ids } = await openTestList([
    row("b", 2, { title: "Orders" }),
    row("a", 1),
  ]);
  supabase.calls.length = 0;
  list.search("Or");
  list.search("Order");
  await clock.advance(250);
  assertEquals(supabase.callsOf("search_sessions").map(({ p_query }) => p_query), ["Order"]);
  assertEquals(ids(), ["b"]);

  database.rows = [row("c", 3, { title: "Order two" }), ...database.rows];
  supabase.latest.broadcast(change("c", 3, { operation: "insert", title: "Order two" }));
  assertEquals(ids(), ["b"]);
  await clock.advance(250);
  assertEquals(ids(), ["c", "b"]);

  list.search("");
  await clock.advance(250);
  assertEquals(ids(), ["c", "b"]);
  list.close();
});

Deno.test("rename() and markRead() show at once what they change", async () => {
  const { list, supabase } = await openTestList([row("a", 1, { summary: "Done", summary_read: false })]);
  const renamed = list.rename("a", "Mine");
  const read = list.markRead("a");
  assertEquals([list.state.sessions[0]?.title, list.state.unreadCount], ["Mine", 0]);
  await Promise.all([renamed, read]);

  assertEquals(supabase.queries.map(({ steps }) => steps), [
    [["update", { title: "Mine" }], ["eq", "session_id", "a"]],
    [["update", { summary_read: true }], ["eq", "session_id", "a"]],
  ]);
  list.close();
});

Deno.test("what was heard of the time before a rename does not show the old title again", async () => {
  const { list, supabase, clock } = await openTestList([row("a", 1, { title: "Before" })]);
  await list.rename("a", "After");
  supabase.latest.broadcast(change("a", 1, { title: "Before", summaryRead: true }));
  assertEquals(list.state.sessions[0]?.title, "After");

  supabase.latest.broadcast(change("a", 1, { title: "After" }));
  await clock.advance(2_000);
  supabase.latest.broadcast(change("a", 1, { title: "By another tab" }));
  assertEquals(list.state.sessions[0]?.title, "By another tab");
  list.close();
});

Deno.test("a rename that fails is taken back", async () => {
  const { list, supabase } = await openTestList([row("a", 1, { title: "Before" })]);
  supabase.rows.sessions = new FakeFailure(400, "23514");

  await assertRejects(() => list.rename("a", ""), SupabaseRequestError);

  assertEquals(list.state.sessions[0]?.title, "Before");
  list.close();
});

Deno.test("whoever is signed out is told so, and nothing is asked any more", async () => {
  const supabase = new FakeSupabase();
  supabase.functions.search_sessions = () => new FakeFailure(401, "PGRST303");
  const { list, clock } = await openTestList([], { supabase });
  await clock.advance(10_000);
  const callCount = supabase.calls.length;
  await clock.advance(60_000);

  const { connection } = list.state;
  assertEquals(connection.status === "stopped" && connection.cause, "signed_out");
  assertEquals(supabase.calls.length, callCount);
});

Deno.test("times with microseconds and without are the same times", async () => {
  const { list, supabase, ids } = await openTestList([row("b", 2), row("a", 1)]);

  supabase.latest.broadcast(change("a", 1, { title: "Same time" }));

  assertEquals(ids(), ["b", "a"]);
  assertEquals(list.state.sessions[1]?.lastActivityAt, at(1));
  list.close();
});

Deno.test("the list is shown although Realtime cannot be reached, and says that it is not live", async () => {
  const supabase = new FakeSupabase();
  supabase.isAccepting = false;

  const { list, ids, clock } = await openTestList([row("b", 2), row("a", 1)], { supabase });
  const status = list.state.connection.status;
  supabase.latest.fail("CHANNEL_ERROR");
  await clock.advance(1_000);

  assertEquals([status, ids(), list.state.isLoading], ["connecting", ["b", "a"], false]);
  assertEquals(list.state.connection.status === "live", false);
  list.close();
});

Deno.test("a page that is asked for during a read comes after it", async () => {
  const { list, supabase, clock, ids } = await openTestList([row("c", 3), row("b", 2), row("a", 1)]);
  supabase.latest.fail("CHANNEL_ERROR");
  const more = list.loadMore();
  await clock.advance(5_000);

  await more;

  assertEquals(ids(), ["c", "b", "a"]);
  list.close();
});
