import { assert, assertEquals } from "@std/assert";
import { z } from "zod";
import { type Message, textOf } from "../protocol/mod.ts";
import { TITLE_INSTRUCTIONS } from "../session/title-instructions.ts";
import { createWorld, SESSION } from "../testing/world.ts";
import { defineTool, type Tool } from "../tools/tool.ts";
import { createLanguageModel } from "./create-language-model.ts";
import { createSimulatedFetch } from "./simulated/simulated-fetch.ts";

/** One worker stops in the middle of an answer; another takes the turn over, with a provider that stores its answers. */
async function takeOver(question: string, { afterMs }: { afterMs: number }) {
  const world = createWorld();
  const { clock, database } = world;
  const requests: string[] = [];
  const runs: string[] = [];
  const provider = createSimulatedFetch({
    clock,
    pace: { tokensPerSecond: 10, firstTokenMs: 100 },
    createId: () => crypto.randomUUID(),
    obeysFaults: true,
  });
  const fetch: typeof globalThis.fetch = (input, init) => {
    const request = new Request(input, init);
    const { body } = (init ?? {}) as { body?: unknown };
    const isTitle = String(body).includes(TITLE_INSTRUCTIONS);
    if (!isTitle) {
      requests.push(`${request.method} ${new URL(request.url).pathname.replace(/resp_[^/]+/, ":id")}`);
    }
    return provider(request);
  };
  const variables: Record<string, string> = { OPENAI_API_KEY: "sk-1", OPENAI_BACKGROUND: "on" };
  const tool = defineTool({
    name: "fetch_order_status",
    description: "Tells where an order is",
    input: z.object({ order_id: z.string() }),
    questions: { order_id: "Which order?" },
    needsApproval: false,
    sideEffects: "none",
    timeoutMs: 1_000,
    execute: ({ order_id }) => {
      runs.push(order_id);
      return Promise.resolve({ order_id, status: "shipped" });
    },
  }) as unknown as Tool;
  const addWorker = () =>
    world.addWorker({
      model: createLanguageModel((name) => variables[name], { clock, fetch, random: () => 0 }),
      tools: [tool],
    });

  const socket = await addWorker().connect();
  socket.say(question);
  await clock.advance(afterMs);
  const session = database.sessions.get(SESSION);
  assert(session);
  session.lease.expiresAt = clock.now();
  const back = await addWorker().connect();
  await clock.advance(30_000);
  const stored = session.events.findLast(({ eventType }) => eventType === "assistant_message");
  return {
    requests: requests.map((request) => request.replace("/v1", "")),
    runs,
    answer: stored?.data.message as Message,
    isCalm: !back.chunks.some(({ type }) => type === "reset-step"),
  };
}

const NUMBERS = Array.from({ length: 40 }, (_, index) => index + 1).join(" ");

for (const afterMs of [50, 1_000, 2_350, 3_900]) {
  Deno.test(`[K13] an answer whose worker stops after ${afterMs} ms is finished by another, paid once`, async () => {
    const { answer, requests, isCalm } = await takeOver("count to 40", { afterMs });

    assertEquals([textOf(answer), isCalm], [NUMBERS, true]);
    assertEquals(requests, ["POST /responses", "GET /responses/:id"]);
  });
}

for (const afterMs of [50, 150, 250, 350, 450]) {
  Deno.test(`[K12] a call whose worker stops after ${afterMs} ms is gone on with, and runs once`, async () => {
    const { answer, requests, runs, isCalm } = await takeOver("Check order status for order_id=ORD-1001", {
      afterMs,
    });

    assertEquals([runs, isCalm], [["ORD-1001"], true]);
    assert(textOf(answer).includes("shipped"), textOf(answer));
    assertEquals(requests.filter((request) => request.startsWith("POST")), [
      "POST /responses",
      "POST /responses",
    ]);
  });
}

Deno.test("[K13] an answer that the provider has forgotten is asked for anew", async () => {
  const { answer, requests, isCalm } = await takeOver("count to 40 [[fault:forgotten]]", { afterMs: 1_000 });

  assertEquals([textOf(answer), isCalm], [NUMBERS, false]);
  assertEquals(requests, ["POST /responses", "GET /responses/:id", "POST /responses"]);
});
