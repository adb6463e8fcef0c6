/** Every tab and every observer in step: who drives, who watches over Realtime, who is invited, who is not any more. */
import { assert, assertEquals } from "@std/assert";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "../../functions/_shared/database.types.ts";
import {
  acceptShare,
  createShare,
  type Participant,
  revokeShare,
  type SessionWatch,
} from "../../../web/src/client/mod.ts";
import { eventually } from "./testing/eventually.ts";
import { createSuite } from "./testing/suite.ts";
import { answerOf, drive, hasAnswered, hasSaid, openTab, until, watch } from "./testing/tab.ts";
import { logOf, told } from "./testing/told.ts";
import { signUp } from "./testing/user.ts";

const suite = createSuite({
  functions: { env: { SIMULATED_TOKENS_PER_SECOND: "40", SIMULATED_FIRST_TOKEN_MS: "0" } },
});

function causeOf({ state: { connection } }: SessionWatch): string | null {
  return connection.status === "stopped" ? connection.cause : null;
}

/** A listener that takes no leave: what a revoked observer can go on hearing. */
async function eavesdrop(supabase: SupabaseClient<Database>, sessionId: string): Promise<string[]> {
  const { data, error } = await supabase.rpc("watch_session", { p_session_id: sessionId });
  if (error) throw error;
  const heard: string[] = [];
  const channel = supabase.channel((data as { topic: string }).topic, { config: { private: true } });
  channel.on("broadcast", { event: "*" }, ({ event }) => heard.push(event));
  await new Promise<void>((resolve, reject) => {
    channel.subscribe((status, error) =>
      status === "SUBSCRIBED" ? resolve() : reject(error ?? new Error(status))
    );
  });
  return heard;
}

suite.test("[K18] an owner's other tab has the history, hears the running answer, and ends with the log", async (target) => {
  const user = await signUp(target);
  const sessionId = crypto.randomUUID();
  const driver = drive(target, await openTab(target, user), sessionId);
  driver.send("Hello");
  await until(driver, hasAnswered(1), { what: "the first answer" });
  driver.send("count to 300");
  await until(driver, hasSaid({ answers: 2, characters: 40 }), { what: "the first words" });

  const other = watch(await openTab(target, user), sessionId);
  await until(other, ({ connection }) => connection.status === "live", { what: "the live channel" });
  const joinedAt = answerOf(other.state).length;
  assert(!hasAnswered(2)(other.state), "the answer was over before the tab was live");
  let steps = 0;
  let last = joinedAt;
  other.subscribe(() => {
    const { length } = answerOf(other.state);
    if (length !== last) steps++;
    last = length;
  });
  await until(other, hasAnswered(2), { what: "the end" });
  await until(driver, hasAnswered(2), { what: "the driver's end" });

  assert(steps > 10, `the answer came in ${steps} steps`);
  const stored = await logOf(target, sessionId);
  assertEquals(told(other.state), stored);
  assertEquals(told(driver.state), stored);
  other.close();
  driver.close();
});

suite.test("[R10] [K19] five tabs of two users: one drives, one watches, one resumes, one is refused, invited and revoked", async (target) => {
  const [owner, guest] = [await signUp(target), await signUp(target)];
  const sessionId = crypto.randomUUID();
  const ownerTab = await openTab(target, owner);
  const driver = drive(target, ownerTab, sessionId);
  driver.send("Hello");
  await until(driver, hasAnswered(1), { what: "the first answer" });

  const guestTab = await openTab(target, guest);
  const refused = watch(guestTab, sessionId);
  await until(refused, ({ connection }) => connection.status === "stopped", { what: "the refusal" });
  assertEquals(causeOf(refused), "forbidden");
  assertEquals(refused.state.messages, []);

  driver.send("count to 600");
  await until(driver, hasSaid({ answers: 2, characters: 40 }), { what: "the first words" });
  const second = watch(await openTab(target, owner), sessionId);
  const third = drive(target, await openTab(target, owner), sessionId);
  const { code, shareId } = await createShare(ownerTab, { sessionId, label: "Guest" });
  assertEquals(await acceptShare(guestTab, code), { sessionId });
  const observer = watch(guestTab, sessionId);
  await until(observer, ({ connection }) => connection.status === "live", { what: "the observer's channel" });
  const joinedAt = answerOf(observer.state);
  assert(joinedAt.length > 0 && !hasAnswered(2)(observer.state));
  await until(observer, (state) => answerOf(state).length > joinedAt.length + 40, { what: "live words" });
  assert(answerOf(observer.state).startsWith(joinedAt));
  assertEquals(observer.state.role, "observer");

  observer.send("Let me in");
  assertEquals(observer.state.lastError?.error.code, "forbidden");
  assertEquals(observer.state.pending, []);

  const heard = await eavesdrop(await openTab(target, guest), sessionId);
  await eventually(() => Promise.resolve(heard.length > 3), "broadcasts to the observers");
  await revokeShare(ownerTab, shareId);
  await until(observer, ({ connection }) => connection.status === "stopped", { what: "the end of the view" });
  const lastSeen = answerOf(observer.state);
  assertEquals(causeOf(observer), "revoked");
  assert(!hasAnswered(2)(driver.state), "the view ended with the answer, not with the share");

  await until(second, hasAnswered(2), { what: "the second tab's end", patienceMs: 60_000 });
  await until(third, hasAnswered(2), { what: "the third tab's end" });
  await until(driver, hasAnswered(2), { what: "the driver's end" });
  assertEquals(answerOf(observer.state), lastSeen);
  assert(answerOf(driver.state).startsWith(lastSeen) && lastSeen.length < answerOf(driver.state).length);
  // What the leader had under way when the share was revoked may still come; nothing after that.
  const revokedAt = heard.indexOf("share.revoked");
  assert(revokedAt >= 0, `heard no revocation: ${heard.join(", ")}`);
  const late = heard.slice(revokedAt + 1);
  assert(late.length <= 3, `heard after the revocation: ${late.join(", ")}`);
  const again = watch(guestTab, sessionId);
  await until(again, ({ connection }) => connection.status === "stopped", { what: "the refusal" });
  assertEquals(again.state.messages, []);

  const stored = await logOf(target, sessionId);
  for (const tab of [driver, second, third]) assertEquals(told(tab.state), stored);
  for (const tab of [observer, again, refused, second]) tab.close();
  for (const tab of [driver, third]) tab.detach();
});

suite.test("[R5] an owner without a socket says something, decides, stops and ends", async (target) => {
  const user = await signUp(target);
  const sessionId = crypto.randomUUID();
  const driver = drive(target, await openTab(target, user), sessionId);
  driver.send("Hello");
  await until(driver, hasAnswered(1), { what: "the first answer" });
  const tab = watch(await openTab(target, user), sessionId);
  await until(tab, ({ connection }) => connection.status === "live", { what: "the live channel" });

  const asked = tab.send("count to 500");
  assertEquals(tab.state.pending.map(({ command }) => command.id), [asked]);
  await until(tab, hasSaid({ answers: 2, characters: 20 }), { what: "the first words" });
  assertEquals(tab.state.pending, []);
  tab.cancel();
  const stopped = await until(tab, hasAnswered(2), { what: "the stop" });
  assertEquals(stopped.messages.at(-1)?.metadata?.status, "cancelled");

  tab.send("Cancel order ORD-1003");
  const { openApprovals } = await until(tab, (state) => state.openApprovals.length === 1, {
    what: "the approval",
  });
  tab.approve(openApprovals[0]?.approvalId ?? "", { approved: false, reason: "Changed my mind" });
  await until(tab, hasAnswered(3), {
    what: "the end of the turn",
  });

  await until(driver, hasAnswered(3), { what: "the driver's end" });
  const stored = await logOf(target, sessionId);
  assertEquals(told(tab.state), stored);
  assertEquals(told(driver.state), stored);

  tab.end();
  const ended = await until(tab, (state) => state.ended !== null && state.summaryStatus === "done", {
    what: "the summary",
  });
  assertEquals(ended.ended?.reason, "ended_by_user");
  assert((ended.summary ?? "").length > 0);
  tab.close();
  driver.detach();
});

suite.test("a refusal that comes after the record reaches who sent it without a socket", async (target) => {
  const user = await signUp(target);
  const sessionId = crypto.randomUUID();
  const driver = drive(target, await openTab(target, user), sessionId);
  driver.send("Hello");
  await until(driver, hasAnswered(1), { what: "the first answer" });
  const tab = watch(await openTab(target, user), sessionId);
  await until(tab, ({ connection }) => connection.status === "live", { what: "the live channel" });

  const id = tab.approve("no such approval", { approved: true });
  const { lastError, pending } = await until(tab, (state) => state.lastError !== null, {
    what: "the refusal",
  });

  assertEquals([lastError?.error.code, lastError?.error.commandId], ["nothing_to_answer", id]);
  assertEquals(pending, []);
  tab.close();
  driver.detach();
});

suite.test("the others are seen, with their role, and when they type", async (target) => {
  const [owner, guest] = [await signUp(target), await signUp(target)];
  const sessionId = crypto.randomUUID();
  const ownerTab = await openTab(target, owner);
  const driver = drive(target, ownerTab, sessionId);
  driver.send("Hello");
  await until(driver, hasAnswered(1), { what: "the first answer" });
  const guestTab = await openTab(target, guest);
  const { code } = await createShare(ownerTab, { sessionId });
  await acceptShare(guestTab, code);
  const first = watch(ownerTab, sessionId);
  const observer = watch(guestTab, sessionId);

  const rolesIn = ({ participants }: { participants: readonly Participant[] }) =>
    participants.map(({ role }) => role);
  await until(first, (state) => rolesIn(state).includes("observer"), { what: "the observer" });
  await until(observer, (state) => rolesIn(state).includes("owner"), { what: "the owner" });
  first.setTyping(true);
  await until(observer, ({ participants }) => participants.some(({ isTyping }) => isTyping), {
    what: "typing",
  });
  first.close();
  await until(observer, (state) => !rolesIn(state).includes("owner"), { what: "the owner's leave" });
  observer.close();
  driver.detach();
});

suite.test("[K19] who stays invited moves on without a break when somebody else is revoked", async (target) => {
  const [owner, staying, leaving] = [await signUp(target), await signUp(target), await signUp(target)];
  const sessionId = crypto.randomUUID();
  const ownerTab = await openTab(target, owner);
  const driver = drive(target, ownerTab, sessionId);
  driver.send("count to 300");
  await until(driver, hasSaid({ answers: 1, characters: 20 }), { what: "the first words" });
  const [stays, leaves] = [
    await createShare(ownerTab, { sessionId }),
    await createShare(ownerTab, { sessionId }),
  ];
  await acceptShare(staying.supabase, stays.code);
  await acceptShare(leaving.supabase, leaves.code);
  const [kept, gone] = [watch(staying.supabase, sessionId), watch(leaving.supabase, sessionId)];
  for (const view of [kept, gone]) {
    await until(view, ({ connection }) => connection.status === "live", { what: "the live channel" });
  }
  const statuses = new Set<string>();
  kept.subscribe(() => statuses.add(kept.state.connection.status));

  await revokeShare(ownerTab, leaves.shareId);
  await until(gone, ({ connection }) => connection.status === "stopped", { what: "the end of the view" });
  assert(!hasAnswered(1)(kept.state), "the answer was over before the revocation");
  await until(kept, hasAnswered(1), { what: "the end" });

  assertEquals([...statuses], ["live"]);
  assertEquals(told(kept.state), await logOf(target, sessionId));
  for (const view of [kept, gone]) view.close();
  driver.detach();
});

suite.close();
