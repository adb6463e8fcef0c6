/** How sessions end, and that each ending gets its summary: trigger, pg_net, the summarize function, the sweep. */
import { assert, assertEquals, assertGreaterOrEqual, assertMatch } from "@std/assert";
import postgres from "postgres";
import { eventually } from "./testing/eventually.ts";
import { createSuite } from "./testing/suite.ts";
import type { Target } from "./testing/target.ts";
import { openAdmin, signUp, type TestUser } from "./testing/user.ts";
import { WireSocket } from "./testing/wire-socket.ts";

const suite = createSuite();

async function openReady(target: Target): Promise<{ user: TestUser; socket: WireSocket }> {
  const user = await signUp(target);
  return { user, socket: await new WireSocket(target, user).ready() };
}

/** The session as its owner sees it. */
async function readSession({ supabase }: TestUser, sessionId: string) {
  const { data, error } = await supabase.from("sessions").select("*").eq("session_id", sessionId).single();
  if (error) throw error;
  return data;
}

function summarized(user: TestUser, sessionId: string) {
  return eventually(async () => {
    const session = await readSession(user, sessionId);
    return session.summary_status === "done" && session;
  }, "the summary");
}

suite.test("[R8] session.end stores end time, duration and summary", async (target) => {
  const { user, socket } = await openReady(target);
  await socket.ask("What is my balance? user_id=user-1");

  socket.send({ type: "session.end", id: crypto.randomUUID() });
  const { code } = await socket.closed();
  const session = await summarized(user, socket.sessionId);

  assertEquals(code, 4410);
  assertEquals(socket.framesOf("session.ended")[0]?.reason, "ended_by_user");
  assertEquals([session.status, session.end_reason], ["ended", "ended_by_user"]);
  assert(session.end_time);
  assertGreaterOrEqual(session.duration_seconds ?? -1, 0);
  assertMatch(session.summary ?? "", /balance/i);
});

suite.test("[R8] the last socket closing with 1000 ends the session and brings the summary", async (target) => {
  const { user, socket } = await openReady(target);
  await socket.ask("Hello, explain what this system does");

  await socket.leave(1000);
  const session = await summarized(user, socket.sessionId);

  assertEquals(session.end_reason, "closed");
});

suite.test("a second tab that closes does not end a live session", async (target) => {
  const { user, socket } = await openReady(target);
  await using _open = socket;
  const second = await new WireSocket(target, { ...user, sessionId: socket.sessionId }).ready();

  await second.leave(1000);
  await socket.ask("Still here?");

  assertEquals((await readSession(user, socket.sessionId)).status, "active");
});

suite.test("an empty session ends without a summary and without a model call", async (target) => {
  const { user, socket } = await openReady(target);

  await socket.leave(1000);
  const session = await eventually(async () => {
    const read = await readSession(user, socket.sessionId);
    return read.status === "ended" && read;
  }, "the end");

  assertEquals([session.summary, session.summary_status], [null, "none"]);
});

suite.test("a return reopens the session; the next ending makes a new summary", async (target) => {
  const { user, socket } = await openReady(target);
  await socket.ask("My name is Ada");
  await socket.leave(1000);
  const first = await summarized(user, socket.sessionId);

  const back = await new WireSocket(target, { ...user, sessionId: socket.sessionId }).ready();
  assertEquals((await readSession(user, socket.sessionId)).status, "active");
  await back.ask("What is my balance? user_id=user-1");
  await back.leave(1000);
  const second = await eventually(async () => {
    const session = await readSession(user, socket.sessionId);
    return session.summary_status === "done" && session.summary !== first.summary && session;
  }, "the second summary");

  assertMatch(second.summary ?? "", /balance/i);
});

suite.testEmbedded("[K17] a repeated request for a summary does nothing", async (target) => {
  const secret = target.stack.functionSecrets.SUMMARIZE_SECRET;
  const { user, socket } = await openReady(target);
  await socket.ask("Hello");
  await socket.leave(1000);
  const before = await summarized(user, socket.sessionId);

  for (let count = 0; count < 3; count++) {
    const response = await fetch(`${target.apiUrl}/functions/v1/summarize`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-parley-secret": secret },
      body: JSON.stringify({ session_id: socket.sessionId }),
    });
    assertEquals(response.status, 202);
    await response.body?.cancel();
  }

  const admin = openAdmin(target);
  const { data } = await admin.from("session_events").select("data").eq("session_id", socket.sessionId);
  assertEquals(data?.filter(({ data }) => (data as { kind?: string }).kind === "summarised").length, 1);
  assertEquals((await readSession(user, socket.sessionId)).summary, before.summary);
});

suite.testEmbedded("a lost connection ends by the sweep once its grace period is over", async (target) => {
  await using settings = await changeSettings(target.stack.adminDbUrl, { grace_ms: 200 });
  const { user, socket } = await openReady(target);
  await socket.ask("Hello");

  await socket.leave();
  const session = await summarized(user, socket.sessionId);

  assert(settings);
  assertEquals(session.end_reason, "abandoned");
});

suite.testEmbedded(
  "[R8] a failing model is tried again, and a summary that never comes is a stated failure",
  async (target) => {
    await using _settings = await changeSettings(target.stack.adminDbUrl, {
      summary_attempts: 2,
      summary_backoff_ms: 50,
    });
    const { user, socket } = await openReady(target);
    await socket.ask("Hello [[summary_fault:bad_request]]");

    await socket.leave(1000);
    const session = await eventually(async () => {
      const read = await readSession(user, socket.sessionId);
      return read.summary_status === "failed" && read;
    }, "the stated failure");

    assertEquals([session.status, session.summary], ["ended", null]);
  },
);

suite.testEmbedded(
  "missing Vault values never fail the ending; the sweep brings the summary when they are back",
  async (target) => {
    const sql = postgres(target.stack.adminDbUrl, { max: 1, onnotice: () => {} });
    await using settings = await changeSettings(target.stack.adminDbUrl, { summary_backoff_ms: 50 });
    await sql`update vault.secrets set name = 'functions_url_gone' where name = 'functions_url'`;
    const { user, socket } = await openReady(target);
    await socket.ask("Hello");

    socket.send({ type: "session.end", id: crypto.randomUUID() });
    const { code } = await socket.closed();
    await sql`update vault.secrets set name = 'functions_url' where name = 'functions_url_gone'`;
    await summarized(user, socket.sessionId);
    await sql.end();

    assert(settings);
    assertEquals(code, 4410);
  },
);

/** Changes rows of `private.settings` until it is disposed. */
async function changeSettings(dbUrl: string, changes: Record<string, number>): Promise<AsyncDisposable> {
  const sql = postgres(dbUrl, { max: 1, onnotice: () => {} });
  const before = await sql`select name, value from private.settings where name in ${
    sql(Object.keys(changes))
  }`;
  for (const [name, value] of Object.entries(changes)) {
    await sql`update private.settings set value = ${value} where name = ${name}`;
  }
  return {
    async [Symbol.asyncDispose]() {
      for (const { name, value } of before) {
        await sql`update private.settings set value = ${value} where name = ${name}`;
      }
      await sql.end();
    },
  };
}

suite.close();
