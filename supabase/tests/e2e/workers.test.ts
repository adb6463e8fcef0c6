/** Workers come and go while sessions stay: kills, handovers, several workers at once. */
import { assert, assertEquals } from "@std/assert";
import { type Message, textOf } from "../../functions/_shared/protocol/mod.ts";
import { eventually } from "./testing/eventually.ts";
import { createSuite } from "./testing/suite.ts";
import { answerOf, drive, hasAnswered, openTab, until } from "./testing/tab.ts";
import type { Target } from "./testing/target.ts";
import { logOf, told } from "./testing/told.ts";
import { signUp } from "./testing/user.ts";
import { WireSocket } from "./testing/wire-socket.ts";

const suite = createSuite({
  embeddedOnly: true,
  functions: { env: { SIMULATED_TOKENS_PER_SECOND: "60", SIMULATED_FIRST_TOKEN_MS: "0" } },
});

function pidsOf(target: Target): number[] {
  return target.stack?.functions?.workers().filter((worker) => worker.function === "session").map(({ pid }) =>
    pid
  ) ?? [];
}

function lastAnswer(socket: WireSocket): Message | undefined {
  return socket.framesOf("message").map(({ message }) => message).findLast(({ role }) =>
    role === "assistant"
  );
}

suite.test("[R6] an answer is finished without its socket", async (target) => {
  const user = await signUp(target);
  const socket = await new WireSocket(target, user).ready();
  socket.say("count to 60");
  await socket.until(() => socket.spokenText.length > 20, "the first words");
  await socket.leave();

  await using back = await new WireSocket(target, { ...user, sessionId: socket.sessionId }).ready();
  await back.until(
    () => back.chunks.some(({ type }) => type === "finish") || lastAnswer(back) !== undefined,
    "the end",
  );

  const answer = lastAnswer(back);
  assert((answer ? textOf(answer) : back.spokenText).includes("60"));
});

suite.test("[K13] the answer of a killed worker is taken over and comes out whole", async (target) => {
  const user = await signUp(target);
  const socket = await new WireSocket(target, user).ready();
  socket.say("count to 150");
  await socket.until(() => socket.spokenText.length > 100, "some words");
  const [pid] = pidsOf(target);
  assert(pid !== undefined);

  target.stack?.functions?.kill(pid, "SIGKILL");
  await socket.closed();
  await using back = await new WireSocket(target, { ...user, sessionId: socket.sessionId }).ready();
  await back.until(
    () => lastAnswer(back) !== undefined || back.chunks.at(-1)?.type === "finish",
    "the end",
    30_000,
  );
  const next = await back.ask("What is my balance? user_id=user-1");

  assert(!pidsOf(target).includes(pid));
  assert(next.includes("1,250.75"));
  const { data } = await user.supabase.from("session_events").select("content, data")
    .eq("session_id", socket.sessionId).eq("event_type", "assistant_message").order("id");
  const numbers = (data?.[0]?.content.match(/\d+/g) ?? []).map(Number);
  assertEquals(numbers, Array.from({ length: 150 }, (_, index) => index + 1));
});

suite.test("[K14] an answer whose worker is killed while nobody is there is finished by one that is woken", async (target) => {
  const user = await signUp(target);
  const socket = await new WireSocket(target, user).ready();
  socket.say("count to 100");
  await socket.until(() => socket.spokenText.length > 20, "the first words");
  const [pid] = pidsOf(target);
  assert(pid !== undefined);
  await socket.leave();
  target.stack?.functions?.kill(pid, "SIGKILL");

  const answer = await eventually(
    async () => {
      const { data } = await user.supabase.from("session_events").select("content, data")
        .eq("session_id", socket.sessionId).eq("event_type", "assistant_message");
      return data?.[0];
    },
    "the whole answer",
    { patienceMs: 60_000 },
  );

  const numbers = (answer.content.match(/\d+/g) ?? []).map(Number);
  assertEquals(numbers, Array.from({ length: 100 }, (_, index) => index + 1));
});

suite.test("two workers on one session show both sockets the same, and a cancel works from either", async (target) => {
  const user = await signUp(target);
  await using leader = await new WireSocket(target, user).ready();
  leader.say("count to 500");
  await leader.until(() => leader.spokenText.length > 50, "some words");
  const before = pidsOf(target);

  // A worker that is retired in the middle of an answer keeps it; new sockets go to another one.
  target.stack?.functions?.retire("session");
  await using follower = await new WireSocket(target, { ...user, sessionId: leader.sessionId }).ready();
  assert(pidsOf(target).some((pid) => !before.includes(pid)));
  await follower.until(() => follower.spokenText.length > 100, "words on the follower");
  follower.send({ type: "turn.cancel", id: crypto.randomUUID() });
  await leader.until(() => leader.chunks.at(-1)?.type === "abort", "the stop on the leader");
  await follower.until(
    () => follower.chunks.at(-1)?.type === "abort" || lastAnswer(follower) !== undefined,
    "the stop",
  );

  const seen = lastAnswer(follower);
  assertEquals(seen ? textOf(seen) : follower.spokenText, leader.spokenText);
});

suite.test("[R2] ten sockets on two workers show the same in the same order, whoever of them speaks", async (target) => {
  const user = await signUp(target);
  const supabase = await openTab(target, user);
  const sessionId = crypto.randomUUID();
  const openFive = () => Array.from({ length: 5 }, () => drive(target, supabase, sessionId));
  const [onLeader, before] = [openFive(), pidsOf(target)];
  onLeader[0]!.send("count to 200");
  for (const tab of onLeader) {
    await until(tab, (state) => answerOf(state).length > 20, { what: "the first words" });
  }

  target.stack?.functions?.retire("session");
  const onFollower = openFive();
  for (const tab of onFollower) {
    await until(tab, (state) => answerOf(state).length > 60, { what: "words on the follower" });
  }
  if (target.stack) assert(pidsOf(target).some((pid) => !before.includes(pid)));
  onLeader[1]!.send("count to 3");
  onFollower[2]!.send("count to 4");
  onFollower[4]!.send("count to 5");

  const tabs = [...onLeader, ...onFollower];
  for (const tab of tabs) await until(tab, hasAnswered(4), { what: "four answers", patienceMs: 60_000 });
  const log = await logOf(target, sessionId);
  assertEquals(log.length, 8);
  for (const tab of tabs) assertEquals(told(tab.state), log);
  for (const tab of tabs) tab.detach();
});

suite.close();
