import { assert, assertEquals } from "@std/assert";
import { z } from "zod";
import { type ModelCheckpoint, ModelError, type ModelPart } from "../model/language-model.ts";
import { type Message, textOf } from "../protocol/mod.ts";
import { defineTool, type Tool } from "../tools/tool.ts";
import { calls, createScriptedModel, finishes, says, type Script } from "../turn/testing/scripted-model.ts";
import { createWorld, SESSION } from "../testing/world.ts";

const forEver: Script[number] = new Promise(() => {});

const echo = defineTool({
  name: "echo",
  description: "Says it back",
  input: z.object({ word: z.string() }),
  questions: {},
  needsApproval: false,
  sideEffects: "none",
  timeoutMs: 1000,
  execute: ({ word }) => Promise.resolve(word),
}) as unknown as Tool;

function at(sequence: number, responseId = "r1"): ModelPart & { checkpoint: ModelCheckpoint } {
  return { type: "checkpoint", checkpoint: { model: "scripted", responseId, sequence } };
}

/** One worker answers as `first` says and dies; `next` answers on the worker that takes over. */
async function takeOver(
  { first, next, continuesText = false, tools = [] }: {
    first: Script;
    next: Script[];
    continuesText?: boolean;
    tools?: Tool[];
  },
) {
  const world = createWorld();
  const socket = await world.addWorker({ model: createScriptedModel([first, [forEver]]), tools }).connect();
  socket.say("Hi");
  await world.clock.advance(200);
  const session = world.database.sessions.get(SESSION);
  assert(session);
  session.lease.expiresAt = world.clock.now();
  const model = { ...createScriptedModel(next), continuesText };
  const back = await world.addWorker({ model, tools }).connect();
  await world.clock.advance(1_000);
  const stored = session.events.findLast(({ eventType }) => eventType === "assistant_message");
  const answer = stored?.data.message as Message;
  return { model, answer, types: back.chunks.map(({ type }) => type) };
}

Deno.test("[K13] a model that can go on with a text does so, and nothing is taken back", async () => {
  const { model, answer, types } = await takeOver({
    first: [...says("Half an "), forEver],
    next: [[...says("answer"), finishes()]],
    continuesText: true,
  });

  assertEquals(answer.parts.filter(({ type }) => type === "text"), [
    { type: "text", text: "Half an answer", state: "done" },
  ]);
  assert(!types.includes("reset-step"));
  assertEquals(model.requests[0]?.messages.at(-1), { role: "assistant", content: "Half an ", toolCalls: [] });
});

Deno.test("[K13] half a tool call is not a text to go on with: its step is generated again", async () => {
  const [start, delta] = calls("c1", "echo", { word: "moon" });
  assert(start && delta);
  const { answer, types } = await takeOver({
    first: [...says("I look. "), start, delta, forEver],
    next: [[...says("Anew"), finishes()]],
    continuesText: true,
    tools: [echo],
  });

  assertEquals(textOf(answer), "Anew");
  assert(types.includes("reset-step"));
});

Deno.test("a stored answer is gone on with from where the log ends, in the same part", async () => {
  const { model, answer, types } = await takeOver({
    first: [at(0), ...says("Half an "), at(1), ...says("ans"), at(2), forEver],
    next: [[...says("wer"), at(3), finishes()]],
  });

  assertEquals(model.requests[0]?.checkpoint, at(2).checkpoint);
  assertEquals(answer.parts.filter(({ type }) => type === "text"), [
    { type: "text", text: "Half an answer", state: "done" },
  ]);
  assert(!types.includes("reset-step"));
});

Deno.test("words without the checkpoint after them are neither written nor lost", async () => {
  const { model, answer } = await takeOver({
    first: [at(0), ...says("Half an "), at(1), ...says("never written"), forEver],
    next: [[...says("answer"), at(2), finishes()]],
  });

  assertEquals(model.requests[0]?.checkpoint, at(1).checkpoint);
  assertEquals(textOf(answer), "Half an answer");
});

Deno.test("a stored answer that has said nothing yet is gone on with too", async () => {
  const { model, answer } = await takeOver({
    first: [at(0), forEver],
    next: [[...says("All of it"), finishes()]],
  });

  assertEquals([model.requests[0]?.checkpoint, textOf(answer)], [at(0).checkpoint, "All of it"]);
});

Deno.test("a stored tool call is gone on with, and runs once", async () => {
  const [start, delta, end] = calls("c1", "echo", { word: "moon" });
  assert(start && delta && end);
  const { model, answer } = await takeOver({
    first: [at(0), start, at(1), delta, at(2), forEver],
    next: [[end, at(3), finishes("tool-calls")], [...says("It said moon"), finishes()]],
    tools: [echo],
  });

  assertEquals(textOf(answer), "It said moon");
  assertEquals(answer.parts.flatMap((part) => "output" in part ? [part.output] : []), ["moon"]);
  assertEquals(model.requests[1]?.checkpoint, undefined);
});

Deno.test("the checkpoint of a step that is over does not stand for the next one", async () => {
  const { model, answer } = await takeOver({
    first: [at(0), ...calls("c1", "echo", { word: "moon" }), at(1), finishes("tool-calls")],
    next: [[...says("It said moon"), finishes()]],
    tools: [echo],
  });

  assertEquals([model.requests[0]?.checkpoint, textOf(answer)], [undefined, "It said moon"]);
});

Deno.test("[K13] an answer that the provider has not kept is asked for anew", async () => {
  const lost = new ModelError("model_unavailable", { isCheckpointLost: true });
  const { model, answer, types } = await takeOver({
    first: [at(0), ...says("Half an "), at(1), forEver],
    next: [[lost], [...says("A whole answer"), finishes()]],
  });

  assertEquals(model.requests.map(({ checkpoint }) => checkpoint?.sequence), [1, undefined]);
  assertEquals(textOf(answer), "A whole answer");
  assert(types.includes("reset-step"));
});

Deno.test("no word of a stored answer is written without the place behind it, not even its last", async () => {
  const { model, answer } = await takeOver({
    first: [at(0), ...says("Half an "), at(1), ...says("answer"), finishes()],
    next: [],
  });

  assertEquals([model.requests.length, textOf(answer)], [0, "Half an answer"]);
});

Deno.test("the first word after a takeover waits for its place, too", async () => {
  const world = createWorld();
  const socket = await world.addWorker({
    model: createScriptedModel([[at(0), ...says("One "), at(1), forEver]]),
  })
    .connect();
  socket.say("Hi");
  await world.clock.advance(200);
  const session = world.database.sessions.get(SESSION);
  assert(session);
  for (const script of [[...says("two "), forEver], [...says("two "), at(2), ...says("three"), finishes()]]) {
    session.lease.expiresAt = world.clock.now();
    await world.addWorker({ model: createScriptedModel([script]) }).connect();
    await world.clock.advance(500);
  }

  const stored = session.events.findLast(({ eventType }) => eventType === "assistant_message");
  assertEquals(textOf(stored?.data.message as Message), "One two three");
});
