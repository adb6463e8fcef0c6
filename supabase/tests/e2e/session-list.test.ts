/** The list of a user's sessions, live: what other tabs do, pages, search, unread summaries. */
import { assert, assertEquals } from "@std/assert";
import { sessionList } from "../../../web/src/client/mod.ts";
import { createSuite } from "./testing/suite.ts";
import { drive, hasAnswered, openTab, until } from "./testing/tab.ts";
import { signUp } from "./testing/user.ts";

const suite = createSuite();

suite.test("a session comes into the list of another tab, gets its title, ends, and has a summary to read", async (target) => {
  const [user, stranger] = [await signUp(target), await signUp(target)];
  const list = sessionList({ supabase: await openTab(target, user) });
  const foreign = sessionList({ supabase: stranger.supabase });
  for (const each of [list, foreign]) {
    await until(each, ({ connection }) => connection.status === "live", { what: "the channel" });
  }
  assertEquals(list.state.sessions, []);

  const sessionId = crypto.randomUUID();
  const driver = drive(target, await openTab(target, user), sessionId);
  driver.send("What is the status of order 1001?");
  await until(list, ({ sessions }) => sessions[0]?.sessionId === sessionId, { what: "the new session" });
  await until(list, ({ sessions }) => Boolean(sessions[0]?.title), { what: "its title" });
  await until(driver, hasAnswered(1), { what: "the answer" });
  driver.end();
  const { sessions } = await until(list, ({ unreadCount }) => unreadCount === 1, {
    what: "the unread summary",
  });
  assertEquals([sessions[0]?.status, sessions[0]?.summaryStatus], ["ended", "done"]);

  await list.markRead(sessionId);
  await list.rename(sessionId, "Order 1001");
  assertEquals([list.state.unreadCount, list.state.sessions[0]?.title], [0, "Order 1001"]);
  const { data } = await user.supabase.from("sessions").select("title, summary_read").eq(
    "session_id",
    sessionId,
  );
  assertEquals(data, [{ title: "Order 1001", summary_read: true }]);
  assertEquals(foreign.state.sessions, []);
  driver.detach();
  for (const each of [list, foreign]) each.close();
});

suite.test("the list is paged and searched in what was said", async (target) => {
  const user = await signUp(target);
  const [first, second, third] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
  const talks: [string, string][] = [[first, "Tell me about zebras"], [second, "Say hello"], [
    third,
    "Zebras, again",
  ]];
  for (const [sessionId, text] of talks) {
    const driver = drive(target, await openTab(target, user), sessionId);
    driver.send(text);
    await until(driver, hasAnswered(1), { what: "the answer" });
    driver.detach();
  }

  const list = sessionList({ supabase: await openTab(target, user), pageSize: 2 });
  await until(list, ({ sessions }) => sessions.length === 2, { what: "the first page" });
  assert(list.state.hasMore);
  await list.loadMore();
  assertEquals(list.state.sessions.map(({ sessionId }) => sessionId), [third, second, first]);
  assertEquals(list.state.hasMore, false);

  list.search("zebras");
  const { sessions } = await until(list, ({ isLoading }) => !isLoading, { what: "the matches" });
  assertEquals(sessions.map(({ sessionId }) => sessionId), [third, first]);
  assertEquals(
    sessions[1]?.snippet?.filter(({ isMatch }) => isMatch).map(({ text }) => text.toLowerCase())[0],
    "zebras",
  );
  list.close();
});

suite.close();
