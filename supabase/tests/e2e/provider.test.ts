/** A real key and provider instead of none: the same code over HTTP, with a provider that can be told to fail. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startSimulatedProvider } from "../../../scripts/simulated-provider.ts";
import { textOf } from "../../functions/_shared/protocol/mod.ts";
import { createSuite } from "./testing/suite.ts";
import { signUp } from "./testing/user.ts";
import { WireSocket } from "./testing/wire-socket.ts";

const provider = await startSimulatedProvider({ tokensPerSecond: 0, firstTokenMs: 0 });
const suite = createSuite({
  embeddedOnly: true,
  functions: {
    env: { OPENAI_API_KEY: "sk-test", OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: "test-model" },
  },
});

suite.test("with a key the mode is openai and the tools work the same", async (target) => {
  await using socket = await new WireSocket(target, await signUp(target)).ready();

  assertEquals(socket.framesOf("session.ready")[0]?.mode, "openai");
  assertMatch(await socket.ask("What is my balance? user_id=user-1"), /1,250\.75/);
});

suite.test("a provider that breaks in the middle ends in a clear error, the text is kept and the socket lives", async (target) => {
  const user = await signUp(target);
  await using socket = await new WireSocket(target, user).ready();

  const half = await socket.ask("Explain what this system does [[fault:mid_stream:5]]");
  const next = await socket.ask("Are you still there?");

  assertEquals(socket.chunks.filter((chunk) => chunk.type === "error").length, 1);
  assert(half.length > 0 && next.length > 0);
  await using back = await new WireSocket(target, { ...user, sessionId: socket.sessionId }).ready();
  await back.until(() => back.framesOf("message").length === 4, "the whole transcript");
  const kept = back.framesOf("message")[1]?.message;
  assertEquals([kept && textOf(kept), kept?.metadata?.status], [half, "failed"]);
});

// Last, because it opens the circuit breaker of the worker.
suite.test("an exhausted quota degrades to the simulated model and says so", async (target) => {
  await using socket = await new WireSocket(target, await signUp(target)).ready();

  const answer = await socket.ask("Hello there [[fault:quota]]");

  const notice = socket.chunks.find((chunk) => chunk.type === "data-notice");
  assert(notice?.type === "data-notice");
  assertStringIncludes(notice.data.message.toLowerCase(), "quota");
  assert(answer.length > 0);
  assertEquals(socket.chunks.at(-1)?.type, "finish");
});

Deno.test({
  name: "the provider closes",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => await provider[Symbol.asyncDispose](),
});
suite.close();
