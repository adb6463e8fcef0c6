/** A provider that writes and keeps its answers by itself, over HTTP: what a killed worker has begun is not paid twice. */
import { assert, assertEquals } from "@std/assert";
import { TITLE_INSTRUCTIONS } from "../../functions/_shared/session/title-instructions.ts";
import { startSimulatedProvider } from "../../../scripts/simulated-provider.ts";
import { eventually } from "./testing/eventually.ts";
import { createSuite } from "./testing/suite.ts";
import { signUp } from "./testing/user.ts";
import { WireSocket } from "./testing/wire-socket.ts";

/** Such as "POST /responses"; ids are left out. */
const requests: string[] = [];
const provider = await startSimulatedProvider({
  tokensPerSecond: 40,
  firstTokenMs: 0,
  onRequest({ method, url, body }) {
    // The title comes when it comes.
    if (body.includes(TITLE_INSTRUCTIONS)) return;
    requests.push(`${method} ${new URL(url).pathname.replace("/v1", "").replace(/resp_[^/]+/, ":id")}`);
  },
});
const suite = createSuite({
  embeddedOnly: true,
  functions: {
    env: { OPENAI_API_KEY: "sk-test", OPENAI_BASE_URL: provider.baseUrl, OPENAI_BACKGROUND: "on" },
  },
});

suite.test("[K13] the stored answer of a killed worker is read on by the next one", async (target) => {
  const user = await signUp(target);
  requests.length = 0;
  const socket = await new WireSocket(target, user).ready();
  socket.say("count to 150");
  await socket.until(() => socket.spokenText.length > 100, "some words");
  const [worker] = target.stack?.functions?.workers().filter((worker) => worker.function === "session") ?? [];
  assert(worker);

  target.stack?.functions?.kill(worker.pid, "SIGKILL");
  await socket.closed();
  await using _back = await new WireSocket(target, { ...user, sessionId: socket.sessionId }).ready();
  const content = await eventually(
    async () => {
      const { data } = await user.supabase.from("session_events").select("content")
        .eq("session_id", socket.sessionId).eq("event_type", "assistant_message");
      return data?.[0]?.content;
    },
    "the whole answer",
    { patienceMs: 30_000 },
  );

  assertEquals(content, Array.from({ length: 150 }, (_, index) => index + 1).join(" "));
  assertEquals(requests, ["POST /responses", "GET /responses/:id"]);
});

suite.test("[R6] a cancelled turn cancels its stored answer", async (target) => {
  requests.length = 0;
  await using socket = await new WireSocket(target, await signUp(target)).ready();
  socket.say("count to 500");
  await socket.until(() => socket.spokenText.length > 20, "some words");

  socket.send({ type: "turn.cancel", id: crypto.randomUUID() });

  await eventually(() => Promise.resolve(requests.length > 1), "the cancel");
  assertEquals(requests, ["POST /responses", "POST /responses/:id/cancel"]);
});

Deno.test({
  name: "the provider closes",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => await provider[Symbol.asyncDispose](),
});
suite.close();
