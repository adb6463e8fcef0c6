import { assertEquals } from "@std/assert";
import type { ModelPart } from "../model/language-model.ts";
import { type Chunk, toDraft } from "../protocol/mod.ts";
import { createManualClock } from "../session/testing/manual-clock.ts";
import { Answer } from "./answer.ts";
import { runStep } from "./run-step.ts";
import { calls, createScriptedModel, finishes, says, type Script } from "./testing/scripted-model.ts";

interface Written {
  types: string[];
  /** The number of its last event; `null` for a checkpoint that is given up. */
  reached?: number | null;
}

async function runScript(script: Script) {
  const written: Written[] = [];
  const model = createScriptedModel([script]);
  const signal = new AbortController().signal;
  let partCount = 0;
  const result = await runStep({
    ports: {
      model,
      tools: [],
      database: { select: () => Promise.resolve([]), call: () => Promise.resolve(null) },
      canActAsUser: () => true,
      clock: createManualClock(),
      createId: () => "id",
      write: () => Promise.resolve(),
    },
    answer: new Answer(toDraft({ id: "a1", role: "assistant", parts: [] })),
    signal,
    createPartId: () => String(++partCount),
    isNews: () => true,
    emit(chunks: Chunk[], checkpoint) {
      const reached = checkpoint === undefined ? {} : { reached: checkpoint?.sequence ?? null };
      written.push({ types: chunks.map(({ type }) => type), ...reached });
      return Promise.resolve();
    },
  }, { messages: () => [], tools: [], onFirstPart() {} });
  return { written, tail: result.tail.map(({ type }) => type), toolCalls: result.toolCalls };
}

const checkpoint = (sequence: number): ModelPart => ({
  type: "checkpoint",
  checkpoint: { model: "m", responseId: "r", sequence },
});
const notice: ModelPart = { type: "notice", notice: { code: "model_simulated", message: "Simulated" } };

Deno.test("[R13] runStep() writes together what came together, and waits for nothing more", async () => {
  const { written } = await runScript([says("a", "b"), ...says("c"), [...says("d"), finishes()]]);

  assertEquals(written.map(({ types }) => types), [
    ["text-start", "text-delta", "text-delta"],
    ["text-delta"],
    ["text-delta"],
    ["text-end"],
  ]);
});

Deno.test("runStep() hands back the calls of one piece, and writes what it says of them once", async () => {
  const { written, toolCalls } = await runScript([[
    ...says("I look."),
    ...calls("c1", "look", {}),
    ...calls("c2", "look", {}),
    finishes("tool-calls"),
  ]]);

  assertEquals(toolCalls.map(({ toolCallId }) => toolCallId), ["c1", "c2"]);
  assertEquals(written.map(({ types }) => types), [
    [
      ...["text-start", "text-delta", "text-end"],
      ...["tool-input-start", "tool-input-delta", "tool-input-start", "tool-input-delta"],
    ],
  ]);
});

Deno.test("[K13] runStep() writes with a checkpoint what came before it, in one piece or in several", async () => {
  const { written, tail } = await runScript([
    checkpoint(0),
    [...says("a"), checkpoint(1), ...says("b")],
    ...says("c"),
    checkpoint(2),
    [...says("d"), finishes()],
  ]);

  assertEquals(written, [
    { types: [], reached: 0 },
    { types: ["text-start", "text-delta"], reached: 1 },
    { types: ["text-delta", "text-delta"], reached: 2 },
  ]);
  assertEquals(tail, ["text-delta", "text-end"]);
});

Deno.test("[K13] runStep() gives a checkpoint up when another model answers, and waits for none any more", async () => {
  const { written, tail } = await runScript([checkpoint(0), [notice, ...says("a")], finishes()]);

  assertEquals(written, [
    { types: [], reached: 0 },
    { types: ["data-notice"], reached: null },
    { types: ["text-start", "text-delta"] },
    { types: ["text-end"] },
  ]);
  assertEquals(tail, []);
});
