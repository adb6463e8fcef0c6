import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  type LanguageModel,
  ModelError,
  type ModelPart,
  type ModelRequest,
} from "../model/language-model.ts";
import { createLanguageModel } from "../model/create-language-model.ts";
import {
  appendOk,
  createScene,
  finishAnswer,
  lead,
  type Scene,
  startAnswer,
  userEvent,
} from "../store/contract/drive.ts";
import { createMemoryWorld } from "../store/memory/memory-world.ts";
import { summarizeSession } from "./summarize-session.ts";

const FINISH: ModelPart = {
  type: "finish",
  finishReason: "stop",
  usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  model: "scripted",
};
const BY_USER = { reason: "ended_by_user", onlyIfUnattached: false } as const;

function scriptedModel(script: (request: ModelRequest) => AsyncIterable<readonly ModelPart[]>) {
  const requests: ModelRequest[] = [];
  const model: LanguageModel = {
    mode: "simulated",
    continuesText: false,
    stream(request) {
      requests.push(request);
      return script(request);
    },
  };
  return { model, requests };
}

function saying(text: string) {
  return scriptedModel(async function* () {
    yield [{ type: "text-delta", delta: text }, FINISH];
  });
}

function failing(error: unknown) {
  // deno-lint-ignore require-yield
  return scriptedModel(async function* () {
    throw error;
  });
}

async function createEndedSession(): Promise<Scene & { epoch: number }> {
  const scene = await createScene(createMemoryWorld());
  const { epoch } = await lead(scene);
  const turn = await startAnswer(scene, { epoch });
  await finishAnswer(scene, { epoch, turn });
  await appendOk(scene, { epoch, seqFrom: 7, end: BY_USER });
  return { ...scene, epoch };
}

function summarize({ world, sessionId }: Scene, model: LanguageModel) {
  const createDeadline = () => new AbortController().signal;
  return summarizeSession(sessionId, { store: world.summaries, model, createDeadline });
}

Deno.test("[R8] summarizeSession() stores what the model wrote of the whole session", async () => {
  const scene = await createEndedSession();
  const { model, requests } = saying(" They greeted. ");

  const outcome = await summarize(scene, model);

  const { summary, summaryStatus } = await scene.world.inspect(scene.sessionId);
  assertEquals([outcome, summary, summaryStatus], ["stored", "They greeted.", "done"]);
  assertEquals(requests[0]?.messages[1], { role: "user", content: "[user] Hello\n[assistant] Hello" });
  assertEquals(requests[0]?.tools, []);
});

Deno.test("[K17] summarizeSession() asked again does nothing and costs no model call", async () => {
  const scene = await createEndedSession();
  const { model, requests } = saying("They greeted.");

  const outcomes = [await summarize(scene, model), await summarize(scene, model)];

  assertEquals([outcomes, requests.length], [["stored", "nothing-to-do"], 1]);
});

Deno.test("[K17] two requests at once ask the model once", async () => {
  const scene = await createEndedSession();
  const { model, requests } = saying("They greeted.");

  const outcomes = await Promise.all([summarize(scene, model), summarize(scene, model)]);

  assertEquals([outcomes.toSorted(), requests.length], [["nothing-to-do", "stored"], 1]);
});

Deno.test("an empty session costs no model call", async () => {
  const scene = await createScene(createMemoryWorld());
  const { epoch } = await lead(scene);
  await appendOk(scene, { epoch, seqFrom: 1, end: BY_USER });
  const { model, requests } = saying("Nothing");

  assertEquals([await summarize(scene, model), requests.length], ["nothing-to-do", 0]);
});

Deno.test("[R8] a failure of the model is recorded for the next attempt", async () => {
  const scene = await createEndedSession();

  const outcome = await summarize(scene, failing(new ModelError("model_unavailable")).model);

  const { summaryStatus, jobs } = await scene.world.inspect(scene.sessionId);
  assertEquals([outcome, summaryStatus, jobs[0]?.status], ["retry", "pending", "pending"]);
  assertStringIncludes(jobs[0]?.lastError ?? "", "model_unavailable");
});

Deno.test("a model that writes nothing counts as failed", async () => {
  const scene = await createEndedSession();

  const outcome = await summarize(scene, saying("  ").model);

  assertEquals([outcome, (await scene.world.inspect(scene.sessionId)).summary], ["retry", null]);
});

Deno.test("[K17] a summary that comes after a later ending is not shown", async () => {
  const scene = await createEndedSession();
  const { model } = scriptedModel(async function* () {
    await appendOk(scene, { epoch: scene.epoch, seqFrom: 7, events: [userEvent(7)], end: BY_USER });
    yield [{ type: "text-delta", delta: "Too late" }];
    yield [FINISH];
  });

  const outcome = await summarize(scene, model);

  assertEquals([outcome, (await scene.world.inspect(scene.sessionId)).summary], ["superseded", null]);
});

Deno.test("a failure of the store is the caller's to know", async () => {
  const scene = await createEndedSession();
  const store = { ...scene.world.summaries, claimSummaryJob: () => Promise.reject(new Error("away")) };
  const createDeadline = () => new AbortController().signal;

  await assertRejects(() =>
    summarizeSession(scene.sessionId, { store, model: saying("x").model, createDeadline })
  );
});

Deno.test("the simulated model writes the same summary each time", async () => {
  const summaries = [];
  for (let round = 0; round < 2; round++) {
    const scene = await createEndedSession();
    const variables: Record<string, string> = {
      SIMULATED_TOKENS_PER_SECOND: "0",
      SIMULATED_FIRST_TOKEN_MS: "0",
    };
    await summarize(scene, createLanguageModel((name) => variables[name]));
    summaries.push((await scene.world.inspect(scene.sessionId)).summary);
  }

  assertEquals(summaries[0], summaries[1]);
  assertStringIncludes(summaries[0] ?? "", "1 user message");
});
