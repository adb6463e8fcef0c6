import { assertEquals, assertRejects } from "@std/assert";
import { createLanguageModel } from "../supabase/functions/_shared/model/create-language-model.ts";
import type { ModelCheckpoint, ModelPart } from "../supabase/functions/_shared/model/language-model.ts";
import { checkpointsOf } from "../supabase/functions/_shared/model/testing/background-answer.ts";
import { collect, textOf } from "../supabase/functions/_shared/model/testing/collect.ts";
import { TurnStop } from "../supabase/functions/_shared/turn/turn-stop.ts";
import { startSimulatedProvider } from "./simulated-provider.ts";

function connect(baseUrl: string, settings: Record<string, string> = {}) {
  const variables: Record<string, string> = { OPENAI_API_KEY: "any", OPENAI_BASE_URL: baseUrl, ...settings };
  const model = createLanguageModel((name) => variables[name]);
  return {
    model,
    ask: (text: string, signal = new AbortController().signal) =>
      collect(model, { messages: [{ role: "user", content: text }], signal }),
  };
}

Deno.test("startSimulatedProvider() answers the real adapter over a real connection", async () => {
  await using provider = startSimulatedProvider({ tokensPerSecond: 0, firstTokenMs: 0 });
  const { model, ask } = connect(provider.baseUrl);

  const { text } = await ask("count to 500");

  assertEquals([model.mode, text.split(" ").length], ["openai", 500]);
});

Deno.test("startSimulatedProvider() keeps its pace and is released by an abort", async () => {
  await using provider = startSimulatedProvider({ tokensPerSecond: 200, firstTokenMs: 0 });
  const { model } = connect(provider.baseUrl);
  const abort = new AbortController();
  const messages = [{ role: "user" as const, content: "count to 10000" }];
  let count = 0;

  await assertRejects(
    async () => {
      for await (const _parts of model.stream({ messages, tools: [], signal: abort.signal })) {
        if (++count === 5) abort.abort(new Error("enough"));
      }
    },
    Error,
    "enough",
  );

  assertEquals(count, 5);
});

Deno.test("startSimulatedProvider() plays an exhausted quota, which ends in a simulated answer that says so", async () => {
  await using provider = startSimulatedProvider({ tokensPerSecond: 0, firstTokenMs: 0 });
  const { ask } = connect(provider.baseUrl);

  const { parts, text } = await ask("count to 3 [[fault:quota]]");

  assertEquals([parts[0]?.type === "notice" && parts[0].notice.code, text], ["model_simulated", "1 2 3"]);
});

Deno.test("[R3] startSimulatedProvider() goes on writing a stored answer while nobody reads it", async () => {
  await using provider = startSimulatedProvider({ tokensPerSecond: 400, firstTokenMs: 0 });
  const { model } = connect(provider.baseUrl, { OPENAI_BACKGROUND: "on" });
  const messages = [{ role: "user" as const, content: "count to 100" }];
  const stopping = new AbortController();
  const before: ModelPart[] = [];
  let checkpoint: ModelCheckpoint | undefined;

  await assertRejects(async () => {
    for await (const parts of model.stream({ messages, tools: [], signal: stopping.signal })) {
      before.push(...parts);
      checkpoint = checkpointsOf(parts).at(-1) ?? checkpoint;
      if (before.length === 41) stopping.abort(new TurnStop("abandoned"));
    }
  }, TurnStop);
  const after = await collect(connect(provider.baseUrl, { OPENAI_BACKGROUND: "on" }).model, { checkpoint });

  const wholeText = Array.from({ length: 100 }, (_, index) => index + 1).join(" ");
  assertEquals([textOf(before).split(" ").length, textOf(before) + after.text], [20, wholeText]);
});

Deno.test("startSimulatedProvider() ends the answers it is still writing when it is stopped", async () => {
  const provider = startSimulatedProvider({ tokensPerSecond: 1, firstTokenMs: 0 });
  const response = await fetch(`${provider.baseUrl}/responses`, {
    method: "POST",
    headers: { authorization: "Bearer any" },
    body: JSON.stringify({ model: "m", input: "count to 1000", background: true }),
  });

  assertEquals((await response.json()).status, "in_progress");
  await provider[Symbol.asyncDispose]();
});

Deno.test("startSimulatedProvider() wants a key", async () => {
  await using provider = startSimulatedProvider();

  const response = await fetch(`${provider.baseUrl}/chat/completions`, { method: "POST", body: "{}" });

  assertEquals([response.status, (await response.json()).error.type], [401, "invalid_request_error"]);
});
