/** Every tab and every observer in step: who drives, who watches over Realtime, who is invited, who is not any more. */
import { assert, assertEquals } from "@std/assert";
import type { Message } from "../../functions/_shared/protocol/mod.ts";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "../../functions/_shared/database.types.ts";
import {
  acceptShare,
  createShare,
  revokeShare,
  type SessionState,
  type SessionWatch,
  textOf,
} from "../../../web/src/client/mod.ts";
import { eventually } from "./testing/eventually.ts";
import { createSuite } from "./testing/suite.ts";
import { answerOf, drive, isAnswered, openTab, until, watch } from "./testing/tab.ts";
import { openAdmin, signUp } from "./testing/user.ts";
import type { Target } from "./testing/target.ts";

const suite = createSuite({
  functions: { env: { SIMULATED_TOKENS_PER_SECOND: "40", SIMULATED_FIRST_TOKEN_MS: "0" } },
});

/** The messages of the log, as they are stored. */
async function logOf(target: Target, sessionId: string): Promise<Told[]> {
  const { data, error } = await openAdmin(target).from("session_events").select("seq, data")
    .eq("session_id", sessionId).in("event_type", ["user_message", "assistant_message"]).order("seq");
  if (error) throw error;
  return data.map((row) => toTold((row.data as unknown as { message: Message }).message));
}

interface Told {
  id: string;
  role: string;
  text: string;
  status: string | undefined;
}

function toTold(message: Message): Told {
  const { id, role, metadata } = message;
  return { id, role, text: textOf(message), status: metadata?.status };
}

function told({ messages }: SessionState): Told[] {
  return messages.map(toTold);
}

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
  await until(driver, isAnswered, { what: "the first answer" });
  driver.send("count to 120");
  await until(driver, (state) => answerOf(state).length > 40, { what: "the first words" });

  const other = watch(await openTab(target, user), sessionId);
  await until(other, ({ connection }) => connection.status === "live", { what: "the live channel" });
  const joinedAt = answerOf(other.state).length;
  assert(!isAnswered(other.state), "the answer was over before the tab was live");
  let steps = 0;
  let last = joinedAt;
  other.subscribe(() => {
    const { length } = answerOf(other.state);
    if (length !== last) steps++;
    last = length;
  });
  await until(other, isAnswered, { what: "the end" });
  await until(driver, isAnswered, { what: "the driver's end" });

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
  await until(driver, isAnswered, { what: "the first answer" });

  const guestTab = await openTab(target, guest);
  const refused = watch(guestTab, sessionId);
  await until(refused, ({ connection }) => connection.status === "stopped", { what: "the refusal" });
  assertEquals(causeOf(refused), "forbidden");
  assertEquals(refused.state.messages, []);

  driver.send("count to 300");
  await until(driver, (state) => answerOf(state).length > 40, { what: "the first words" });
  const second = watch(await openTab(target, owner), sessionId);
  const third = drive(target, await openTab(target, owner), sessionId);
  const { code, shareId } = await createShare(ownerTab, { sessionId, label: "Guest" });
  assertEquals(await acceptShare(guestTab, code), { sessionId });
  const observer = watch(guestTab, sessionId);
  await until(observer, ({ connection }) => connection.status === "live", { what: "the observer's channel" });
  const joinedAt = answerOf(observer.state);
  assert(joinedAt.length > 0 && !isAnswered(observer.state));
  await until(observer, (state) => answerOf(state).length > joinedAt.length + 40, { what: "live words" });
  assert(answerOf(observer.state).startsWith(joinedAt));
  assertEquals(observer.state.role, "observer");

  observer.send("Let me in");
  assertEquals(observer.state.lastError?.error.code, "forbidden");
  assertEquals(observer.state.pending, []);

  const heard = await eavesdrop(await openTab(target, guest), sessionId);
  await eventually(() => Promise.resolve(heard.length > 3), "broadcasts to the observers");
  const revokedAt = performance.now();
  await revokeShare(ownerTab, shareId);
  const heardByThen = heard.length;
  await until(observer, ({ connection }) => connection.status === "stopped", { what: "the end of the view" });
  const endedAfterMs = performance.now() - revokedAt;
  const lastSeen = answerOf(observer.state);
  assertEquals(causeOf(observer), "revoked");
  assert(endedAfterMs < 3_000, `the view ended after ${Math.round(endedAfterMs)} ms`);

  await until(second, isAnswered, { what: "the second tab's end", patienceMs: 60_000 });
  await until(third, isAnswered, { what: "the third tab's end" });
  await until(driver, isAnswered, { what: "the driver's end" });
  assertEquals(answerOf(observer.state), lastSeen);
  assert(answerOf(driver.state).startsWith(lastSeen) && lastSeen.length < answerOf(driver.state).length);
  // What was under way when it was revoked may still come; nothing after that.
  const late = heard.slice(heardByThen).filter((event) => event !== "share.revoked");
  assert(late.length <= 3, `heard after the revocation: ${late.join(", ")}`);
  const again = watch(guestTab, sessionId);
  await until(again, ({ connection }) => connection.status === "stopped", { what: "the refusal" });
  assertEquals(again.state.messages, []);

  const stored = await logOf(target, sessionId);
  for (const tab of [driver, second, third]) assertEquals(told(tab.state), stored);
  for (const tab of [observer, again, refused, second]) tab.close();
  for (const tab of [driver, third]) tab.detach();
});

suite.close();
