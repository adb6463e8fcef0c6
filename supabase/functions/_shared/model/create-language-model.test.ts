import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { TOOLS } from "../tools/registry.ts";
import { toToolDefinitions } from "../tools/tool-definitions.ts";
import { createLanguageModel, type ModelPorts } from "./create-language-model.ts";
import { ModelError, type ModelPart } from "./language-model.ts";
import { createSimulatedFetch } from "./simulated/simulated-fetch.ts";
import { collect, textOf } from "./testing/collect.ts";
import { createDrivenClock } from "./testing/driven-clock.ts";
import { createReplayFetch, readRecording } from "./testing/replay-fetch.ts";

const FAST = { SIMULATED_TOKENS_PER_SECOND: "0", SIMULATED_FIRST_TOKEN_MS: "0" };

function create(variables: Record<string, string>, ports: ModelPorts = {}) {
  const clock = createDrivenClock();
  const settings: Record<string, string> = { ...FAST, ...variables };
  const model = createLanguageModel((name) => settings[name], { clock, random: () => 0, ...ports });
  const ask = (text: string, into: ModelPart[] = []) =>
    clock.drive(collect(model, {
      messages: [{ role: "user", content: text }],
      tools: toToolDefinitions(TOOLS),
    }, into));
  return { model, clock, ask };
}

const noNetwork: typeof fetch = () => Promise.reject(new Error("The network was used"));

/** Answers each model by name: with a recording, or with an error. */
function createProvider(answers: Record<string, string | { status: number; code: string }>) {
  const asked: string[] = [];
  const provider: typeof fetch = async (input, init) => {
    const { model } = await new Request(input, init).clone().json();
    asked.push(model);
    const answer = answers[model] ?? { status: 404, code: "model_not_found" };
    if (typeof answer === "string") return createReplayFetch(answer).fetch(input, init);
    return Response.json({ error: { code: answer.code, message: "No." } }, { status: answer.status });
  };
  return { provider, asked };
}

Deno.test("createLanguageModel() is simulated without a key and needs no network", async () => {
  const { model, ask } = create({}, { fetch: noNetwork });

  const { text, parts } = await ask("count to 3");

  assertEquals([model.mode, text], ["simulated", "1 2 3"]);
  assertEquals(parts.at(-1), {
    type: "finish",
    finishReason: "stop",
    usage: { inputTokens: 3, outputTokens: 3, totalTokens: 6 },
    model: "simulated",
  });
});

Deno.test("createLanguageModel() treats an empty key as none", () => {
  assertEquals(create({ OPENAI_API_KEY: " " }).model.mode, "simulated");
});

Deno.test("createLanguageModel() streams simulated tool arguments in fragments through the real adapter", async () => {
  const { parts, calls } = await create({}).ask("Check order status for order_id=ORD-1001");

  assertEquals(calls, [["fetch_order_status", `{"order_id":"ORD-1001"}`]]);
  assertEquals(parts.filter(({ type }) => type === "tool-call-delta").length, 3);
});

Deno.test("createLanguageModel() asks the provider and model it is configured for, with the key", async () => {
  const { fetch, requests } = createReplayFetch(await readRecording("text"));
  const { model, ask } = create({
    OPENAI_API_KEY: "sk-1",
    OPENAI_BASE_URL: "http://provider.test/v1",
    OPENAI_MODEL: "big",
  }, { fetch });

  const { text } = await ask("Hello");

  assertEquals([model.mode, text], ["openai", "Hello, Zoë 👋🏽!\n\nHow are you?"]);
  assertEquals(requests.map(({ url, body }) => [url, body.model]), [
    ["http://provider.test/v1/chat/completions", "big"],
  ]);
  assertEquals(requests[0]?.headers.get("authorization"), "Bearer sk-1");
});

Deno.test("createLanguageModel() moves through the fallback models when the quota is exhausted", async () => {
  const { provider, asked } = createProvider({
    big: { status: 429, code: "credit_balance_exhausted" },
    small: await readRecording("text"),
  });
  const variables = {
    OPENAI_API_KEY: "sk-1",
    OPENAI_MODEL: "big",
    OPENAI_FALLBACK_MODELS: " small, big,, tiny",
  };

  const { parts } = await create(variables, { fetch: provider }).ask("Hello");

  assertEquals(asked, ["big", "small"]);
  assertEquals(
    parts[0]?.type === "notice" && parts[0].notice.message,
    "The quota for the model big is exhausted, so small answers instead.",
  );
});

Deno.test("createLanguageModel() ends at the simulated model, says so, and answers although the message asks it to fail", async () => {
  const { provider } = createProvider({ "gpt-4o-mini": { status: 429, code: "insufficient_quota" } });

  const { parts, text } = await create({ OPENAI_API_KEY: "sk-1" }, { fetch: provider }).ask(
    "count to 2 [[fault:quota]]",
  );

  assertEquals(parts[0], {
    type: "notice",
    notice: {
      code: "model_simulated",
      message: "The quota for the model gpt-4o-mini is exhausted, so this answer is simulated.",
      model: "simulated",
    },
  });
  assertEquals(text, "1 2");
});

Deno.test("createLanguageModel() can be told never to simulate beside a real provider", async () => {
  const { provider } = createProvider({ "gpt-4o-mini": { status: 429, code: "insufficient_quota" } });
  const { ask } = create({ OPENAI_API_KEY: "sk-1", OPENAI_SIMULATED_FALLBACK: "off" }, { fetch: provider });

  const error = await assertRejects(() => ask("Hello"), ModelError);

  assertEquals(error.code, "model_quota_exceeded");
});

Deno.test("createLanguageModel() shows a wrong key instead of simulating", async () => {
  const { provider } = createProvider({ "gpt-4o-mini": { status: 401, code: "invalid_api_key" } });

  const error = await assertRejects(
    () => create({ OPENAI_API_KEY: "sk-wrong" }, { fetch: provider }).ask("Hello"),
    ModelError,
  );

  assertEquals(error.code, "model_misconfigured");
});

for (const fault of ["quota", "rate_limit", "server_error"]) {
  Deno.test(`createLanguageModel() shows in simulated mode what ${fault} looks like, and forgets it after`, async () => {
    const { ask } = create({});

    const failed = await ask(`count to 2 [[fault:${fault}]]`);
    const next = await ask("count to 2");

    assertEquals(failed.parts[0]?.type, "notice");
    assertEquals([failed.text, next.text, next.parts[0]?.type], ["1 2", "1 2", "text-delta"]);
  });
}

Deno.test("createLanguageModel() gets over a simulated rate limit by waiting as long as it asks", async () => {
  const { ask, clock } = create({});

  const { parts, text } = await ask("count to 2 [[fault:rate_limit:2]]");

  assertEquals([text, parts[0]?.type, clock.monotonic()], ["1 2", "text-delta", 2_000]);
});

const errors = [["unauthorized", "model_misconfigured"], ["bad_request", "model_rejected"]];
for (const [fault, code] of errors) {
  Deno.test(`createLanguageModel() turns a simulated ${fault} into ${code}`, async () => {
    const error = await assertRejects(() => create({}).ask(`Hello [[fault:${fault}]]`), ModelError);

    assertEquals<string | undefined>(error.code, code);
  });
}

for (const fault of ["mid_stream", "cut_off", "stall"]) {
  Deno.test(`[R7] createLanguageModel() keeps what was said before a simulated ${fault}`, async () => {
    const parts: ModelPart[] = [];

    const error = await assertRejects(
      () => create({}).ask(`count to 20 [[fault:${fault}]]`, parts),
      ModelError,
    );

    assertEquals([textOf(parts), error.code], ["1 2 3 4 5", "model_unavailable"]);
  });
}

Deno.test("createLanguageModel() simulates a refusal and broken tool arguments", async () => {
  const refused = await create({}).ask("Hello [[fault:refusal]]");
  const broken = await create({}).ask("What is my balance? user_id=user-1 [[fault:invalid_tool_arguments]]");

  const finish = refused.parts.at(-1);
  assertEquals(finish?.type === "finish" && finish.finishReason, "content-filter");
  assertEquals(broken.calls, [["fetch_account_balance", `{"user_id":"user-1"`]]);
});

Deno.test("createLanguageModel() has answers stored when it is told to, and goes on with one after another worker", async () => {
  const requests: string[] = [];
  const stored = createSimulatedFetch({
    clock: createDrivenClock(),
    pace: { tokensPerSecond: 0, firstTokenMs: 0 },
    createId: () => crypto.randomUUID(),
    obeysFaults: true,
  });
  const provider: typeof fetch = (input, init) => {
    const request = new Request(input, init);
    requests.push(`${request.method} ${new URL(request.url).pathname.split("/")[2]}`);
    return stored(request);
  };
  const variables = { OPENAI_API_KEY: "sk-1", OPENAI_BACKGROUND: "1" };
  const { parts } = await create(variables, { fetch: provider }).ask("count to 9");
  const places = parts.flatMap((part) => part.type === "checkpoint" ? [part.checkpoint] : []);

  const { model, clock } = create(variables, { fetch: provider });
  const rest = await clock.drive(collect(model, { checkpoint: places[4] }));

  assertEquals([model.continuesText, textOf(parts), rest.text], [false, "1 2 3 4 5 6 7 8 9", " 5 6 7 8 9"]);
  assertEquals(requests, ["POST responses", "GET responses"]);
});

Deno.test("createLanguageModel() says that a stored answer is lost where answers are not stored any more", async () => {
  const checkpoint = { model: "gpt-4o-mini", responseId: "resp_1", sequence: 1 };
  const { model, clock } = create({ OPENAI_API_KEY: "sk-1" }, { fetch: noNetwork });

  const error = await assertRejects(() => clock.drive(collect(model, { checkpoint })), ModelError);

  assertEquals(error.isCheckpointLost, true);
});

Deno.test("createLanguageModel() believes a provider to go on with a text only when it is told so", () => {
  const continues = (variables: Record<string, string>) =>
    create({ OPENAI_API_KEY: "sk-1", ...variables }).model.continuesText;

  assertEquals([continues({}), continues({ OPENAI_CONTINUES_TEXT: "on" }), create({}).model.continuesText], [
    false,
    true,
    true,
  ]);
});

const badSettings: [Record<string, string>, RegExp][] = [
  [{ OPENAI_API_KEY: "sk-1", OPENAI_BASE_URL: "api.openai.com" }, /^Cannot use OPENAI_BASE_URL .*https:\/\//],
  [{ OPENAI_API_KEY: `sk 1` }, /^Cannot use OPENAI_API_KEY: it contains white space/],
  [{ SIMULATED_TOKENS_PER_SECOND: "fast" }, /^Cannot use SIMULATED_TOKENS_PER_SECOND "fast": give a number/],
  [{ SIMULATED_FIRST_TOKEN_MS: "-1" }, /^Cannot use SIMULATED_FIRST_TOKEN_MS/],
  [
    { OPENAI_API_KEY: "sk-1", OPENAI_BACKGROUND: "yes" },
    /^Cannot use OPENAI_BACKGROUND "yes": give on or off/,
  ],
  [{ OPENAI_SIMULATED_FALLBACK: "no" }, /^Cannot use OPENAI_SIMULATED_FALLBACK "no": give on or off/],
];
for (const [settings, message] of badSettings) {
  Deno.test(`createLanguageModel() names variable and fix for ${JSON.stringify(settings)}`, () => {
    const error = assertThrows(() => create(settings), Error);

    assertMatch(error.message, message);
    assertEquals(error.message.includes("sk 1"), false);
  });
}
