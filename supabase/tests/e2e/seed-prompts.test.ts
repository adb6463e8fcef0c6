/** Every prompt of the two seeds, in both profiles, against the simulated provider. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Target } from "./testing/target.ts";
import { createSuite } from "./testing/suite.ts";
import { PlainSocket } from "./testing/plain-socket.ts";
import { signUp } from "./testing/user.ts";
import { WireSocket } from "./testing/wire-socket.ts";

const suite = createSuite();

interface Talk extends AsyncDisposable {
  ask(text: string): Promise<string>;
}

const PROFILES: Record<string, (target: Target) => Promise<Talk>> = {
  "parley.v1": async (target) => await new WireSocket(target, await signUp(target)).ready(),
  "plain profile": async (target) => await PlainSocket.open(target, await signUp(target)),
};

for (const [profile, open] of Object.entries(PROFILES)) {
  suite.test(`${profile}: explains the system`, async (target) => {
    await using talk = await open(target);

    assertStringIncludes(await talk.ask("Hello, explain what this system does"), "Parley");
  });

  suite.test(`${profile}: asks for the user id, then answers from the tool`, async (target) => {
    await using talk = await open(target);

    assertMatch(await talk.ask("What is my account balance?"), /user_id/);
    assertMatch(await talk.ask("My user_id is user-1"), /1,250\.75/);
  });

  suite.test(`${profile}: calls the tool at once when the prompt holds its parameter`, async (target) => {
    await using talk = await open(target);

    assertMatch(await talk.ask("What is my balance? user_id=user-1"), /1,250\.75/);
    assertMatch(await talk.ask("Check order status for order_id=ORD-1001"), /ORD-1001/);
  });

  suite.test(`${profile}: asks for the order`, async (target) => {
    await using talk = await open(target);

    assertMatch(await talk.ask("Check my order status"), /order_id|order id|which order/i);
  });

  suite.test(`${profile}: weaves internal analytics into the answer`, async (target) => {
    await using talk = await open(target);

    assertMatch(await talk.ask("fetch internal user analytics"), /Sessions: \*\*1\*\*/);
  });
}

suite.test("several turns remember each other, also after reconnecting", async (target) => {
  const user = await signUp(target);
  const first = await new WireSocket(target, user).ready();
  await first.ask("My name is Ada");
  await first.leave();

  await using second = await new WireSocket(target, { ...user, sessionId: first.sessionId }).ready();

  assertStringIncludes(await second.ask("What is my name?"), "Ada");
});

suite.test("the tools run once each, and their calls and results are in the event log", async (target) => {
  const user = await signUp(target);
  await using socket = await new WireSocket(target, user).ready();
  await socket.ask("What is my balance? user_id=user-1 and check order status for order_id=ORD-1001");

  const { data } = await user.supabase.from("session_events").select("event_type, content")
    .eq("session_id", socket.sessionId).order("id");

  const types = data?.map(({ event_type }) => event_type).filter((type) => type !== "system");
  assertEquals(types, [
    "user_message",
    "tool_call",
    "tool_call",
    "tool_result",
    "tool_result",
    "assistant_message",
  ]);
});

suite.test("an order is cancelled after an approval only", async (target) => {
  const user = await signUp(target);
  await using socket = await new WireSocket(target, user).ready();
  const statusOf = async () =>
    (await user.supabase.from("orders").select("status").eq("order_id", "ORD-1003").single()).data?.status;
  await socket.ask("Cancel order ORD-1003");
  const before = await statusOf();
  const asked = socket.chunks.find((chunk) => chunk.type === "tool-approval-request");
  assert(asked?.type === "tool-approval-request");

  socket.send({
    type: "tool.approve",
    id: crypto.randomUUID(),
    approvalId: asked.approvalId,
    approved: true,
  });
  await socket.until(
    () => socket.chunks.some(({ type }) => type === "tool-output-available"),
    "the tool's result",
  );

  assert(before !== "CANCELLED");
  assertEquals(await statusOf(), "CANCELLED");
});

suite.test("an order is cancelled in the plain profile by saying yes", async (target) => {
  const user = await signUp(target);
  await using talk = await PlainSocket.open(target, user);
  assertMatch(await talk.ask("Cancel order ORD-1003"), /yes or no/);

  await talk.ask("yes");

  const { data } = await user.supabase.from("orders").select("status").eq("order_id", "ORD-1003").single();
  assertEquals(data?.status, "CANCELLED");
});

suite.test("[R9] a tool sees the user's own rows only", async (target) => {
  const stranger = await signUp(target);
  await using opened = await new WireSocket(target, stranger).ready();
  const user = await signUp(target);
  await using socket = await new WireSocket(target, user).ready();
  await opened.ask("Cancel order ORD-1003");

  const { data } = await user.supabase.from("accounts").select("user_id");

  assertEquals(new Set(data?.map(({ user_id }) => user_id)).size, data?.length);
  assertMatch(await socket.ask("What is my balance? user_id=user-999"), /user-999/);
  assert(!/\$/.test(await socket.ask("What is my balance? user_id=user-999")));
});

suite.close();
