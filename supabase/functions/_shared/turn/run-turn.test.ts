import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { z } from "zod";
import { ModelError } from "../model/language-model.ts";
import { applyChunk, type Chunk, isToolPart, type Message, textOf, toDraft } from "../protocol/mod.ts";
import { createManualClock } from "../session/testing/manual-clock.ts";
import { defineTool, type Tool, ToolError } from "../tools/tool.ts";
import { Answer } from "./answer.ts";
import { runTurn, type TurnRequest } from "./run-turn.ts";
import { toDecisionChunks } from "./settle-approvals.ts";
import { TurnStop } from "./turn-stop.ts";
import { calls, createScriptedModel, finishes, says, type Script } from "./testing/scripted-model.ts";

const question: Message = { id: "u1", role: "user", parts: [{ type: "text", text: "Hi" }] };
const noDatabase = { select: () => Promise.resolve([]), call: () => Promise.resolve(null) };

function echoTool(change: Partial<Tool> = {}): Tool {
  return {
    ...defineTool({
      name: "echo",
      description: "Says it back",
      input: z.object({ word: z.string() }),
      questions: { word: "Which word?" },
      needsApproval: false,
      sideEffects: "none",
      timeoutMs: 1000,
      execute: (input) => Promise.resolve({ said: input.word }),
    }),
    ...change,
  } as Tool;
}

function arrange(
  scripts: Script[],
  { tools = [echoTool()], ...change }: Partial<TurnRequest> & { tools?: Tool[] } = {},
) {
  const model = createScriptedModel(scripts);
  const clock = createManualClock();
  const written: Chunk[][] = [];
  let idCount = 0;
  const request: TurnRequest = {
    turnId: "turn",
    transcript: [question],
    answer: new Answer(toDraft({ id: "a1", role: "assistant", parts: [] })),
    signal: new AbortController().signal,
    ...change,
  };
  const ports = {
    model,
    tools,
    database: noDatabase,
    canActAsUser: () => true,
    clock,
    createId: () => `id${++idCount}`,
    write(chunks: Chunk[]) {
      written.push(chunks);
      return Promise.resolve();
    },
  };
  return { model, clock, written, run: () => runTurn(request, ports) };
}

/** The waiting answer with the user's decision in it. */
function decided(message: Message, approved: boolean): Message {
  const approvalId = message.parts.find(isToolPart)?.approval?.id ?? "";
  return toDecisionChunks(message, { approvalId, approved }).reduce(applyChunk, toDraft(message)).message;
}

const typesOf = (written: Chunk[][]) => written.flat().map((chunk) => chunk.type);

Deno.test("runTurn() streams a plain answer and closes it with usage and model", async () => {
  const { written, run } = arrange([[...says("Hel", "lo"), finishes()]]);

  const result = await run();

  assertEquals(typesOf(written), [
    "start",
    "start-step",
    "text-start",
    "text-delta",
    "text-delta",
    "text-end",
  ]);
  assertEquals(result.closing.map(({ type }) => type), ["finish-step", "finish"]);
  assertEquals(result.status, "completed");
  assertEquals(textOf(result.message), "Hello");
  assertEquals(result.message.metadata?.model, "scripted");
  assertEquals(result.usage, { inputTokens: 10, outputTokens: 5, totalTokens: 15 });
});

Deno.test("runTurn() runs a tool and lets the model answer from its result, generating the answer once", async () => {
  const { model, run } = arrange([
    [...calls("c1", "echo", { word: "moon" }), finishes("tool-calls")],
    [...says("It said moon"), finishes()],
  ]);

  const result = await run();

  assertEquals(model.requests.length, 2);
  const toolMessage = model.requests[1]?.messages.find((message) => message.role === "tool");
  assertStringIncludes(toolMessage?.content ?? "", "moon");
  const part = result.message.parts.find(isToolPart);
  assertEquals(part?.state, "output-available");
  assertEquals(part?.output, { said: "moon" });
  assertEquals(textOf(result.message), "It said moon");
  assertEquals(result.usage.totalTokens, 30);
});

Deno.test("[K12] a tool starts only after its call has been committed", async () => {
  const order: string[] = [];
  const tool = echoTool({ execute: () => Promise.resolve(order.push("executed")) });
  const { run, written } = arrange([
    [...calls("c1", "echo", { word: "x" }), finishes("tool-calls")],
    [...says("done"), finishes()],
  ], { tools: [tool] });
  written.push = (chunks) => {
    if (chunks.some((chunk) => chunk.type === "tool-input-available")) order.push("committed");
    return 0;
  };

  await run();

  assertEquals(order, ["committed", "executed"]);
});

Deno.test("runTurn() runs parallel calls and keeps each with its own arguments", async () => {
  const { run } = arrange([
    [
      ...calls("c1", "echo", { word: "one" }),
      ...calls("c2", "echo", { word: "two" }),
      finishes("tool-calls"),
    ],
    [...says("both"), finishes()],
  ]);

  const { message } = await run();

  assertEquals(message.parts.filter(isToolPart).map((part) => part.output), [{ said: "one" }, {
    said: "two",
  }]);
});

Deno.test("runTurn() asks for a missing parameter in words and as data", async () => {
  const { written, model, run } = arrange([
    [...calls("c1", "echo", {}), finishes("tool-calls")],
    [...says("Which word?"), finishes()],
  ]);

  const result = await run();

  const asked = written.flat().find((chunk) => chunk.type === "data-input-required");
  assert(asked?.type === "data-input-required");
  assertEquals(asked.data.missing, ["word"]);
  assertEquals(asked.data.question, "Which word?");
  assertStringIncludes(JSON.stringify(model.requests[1]?.messages), "word");
  assertEquals(result.status, "completed");
});

Deno.test("runTurn() gives invalid arguments, broken JSON and unknown tools back to the model", async () => {
  const { written, run } = arrange([
    [
      ...calls("c1", "echo", { word: 7 }),
      ...calls("c2", "echo", "{broken"),
      ...calls("c3", "nothing", {}),
      finishes("tool-calls"),
    ],
    [...says("sorry"), finishes()],
  ]);

  const result = await run();

  const refused = written.flat().filter((chunk) => chunk.type === "tool-input-error");
  assertEquals(refused.map((chunk) => chunk.toolCallId), ["c1", "c2", "c3"]);
  assertEquals(result.status, "completed");
});

Deno.test("runTurn() tells what a tool error says, and nothing of any other failure", async () => {
  const failing = (error: Error) => echoTool({ execute: () => Promise.reject(error) });
  const script = (): Script[] => [
    [...calls("c1", "echo", { word: "x" }), finishes("tool-calls")],
    [...says("sorry"), finishes()],
  ];

  const told = await arrange(script(), { tools: [failing(new ToolError("No such word"))] }).run();
  const hidden = await arrange(script(), { tools: [failing(new Error("secret: postgres://"))] }).run();

  assertEquals(told.message.parts.find(isToolPart)?.errorText, "No such word");
  assertEquals(hidden.message.parts.find(isToolPart)?.errorText, "The tool failed.");
});

Deno.test("runTurn() stops waiting for a tool that takes too long", async () => {
  const stuck = echoTool({ execute: () => new Promise(() => {}), timeoutMs: 2000 });
  const { clock, run } = arrange([
    [...calls("c1", "echo", { word: "x" }), finishes("tool-calls")],
    [...says("sorry"), finishes()],
  ], { tools: [stuck] });

  const running = run();
  await clock.advance(2000);
  const { message } = await running;

  assertEquals(message.parts.find(isToolPart)?.errorText, "The tool did not answer within 2 seconds.");
});

Deno.test("runTurn() pauses for an approval and continues the same answer after it", async () => {
  const tool = echoTool({ needsApproval: true });
  const first = arrange([[
    ...says("Shall I?"),
    ...calls("c1", "echo", { word: "x" }),
    finishes("tool-calls"),
  ]], {
    tools: [tool],
  });

  const waiting = await first.run();

  assertEquals(waiting.status, "waiting");
  const asked = waiting.message.parts.find(isToolPart);
  assertEquals(asked?.state, "approval-requested");

  const second = arrange([[...says("Done"), finishes()]], {
    tools: [tool],
    answer: new Answer(toDraft(decided(waiting.message, true))),
    isDecided: true,
  });
  const { message, status } = await second.run();

  assertEquals(status, "completed");
  assertEquals(message.id, "a1");
  assertEquals(message.parts.find(isToolPart)?.output, { said: "x" });
  assertEquals(textOf(message), "Shall I?Done");
});

Deno.test("runTurn() never runs a tool whose approval was denied", async () => {
  let runCount = 0;
  const tool = echoTool({ needsApproval: true, execute: () => Promise.resolve(++runCount) });
  const waiting = await arrange([[...calls("c1", "echo", { word: "x" }), finishes("tool-calls")]], {
    tools: [tool],
  }).run();

  const { message } = await arrange([[...says("Fine"), finishes()]], {
    tools: [tool],
    answer: new Answer(toDraft(decided(waiting.message, false))),
    isDecided: true,
  })
    .run();

  assertEquals(runCount, 0);
  assertEquals(message.parts.find(isToolPart)?.state, "output-denied");
});

Deno.test("[R7] a cancelled answer keeps its text and tells what it cost", async () => {
  const controller = new AbortController();
  const { written, run } = arrange([[
    ...says("Half an"),
    new Promise(() => {}),
    ...says(" answer"),
    finishes(),
  ]], {
    signal: controller.signal,
  });

  const running = run();
  while (!typesOf(written).includes("text-delta")) await Promise.resolve();
  controller.abort(new TurnStop("cancelled"));
  const result = await running;

  assertEquals(result.status, "cancelled");
  assertEquals(textOf(result.message), "Half an");
  assertEquals(result.closing.at(-1), { type: "abort", reason: "cancelled" });
  assertEquals(result.usage.estimated, true);
});

Deno.test("[R12] a model failure ends the answer with a code and a plain sentence", async () => {
  const error = new ModelError("model_quota_exceeded", { cause: new Error("sk-secret") });
  const { run } = arrange([[...says("Well"), error]]);

  const result = await run();

  assertEquals(result.status, "failed");
  assertEquals(textOf(result.message), "Well");
  assertEquals(result.message.metadata?.errorCode, "model_quota_exceeded");
  assertEquals(result.closing.at(-1), {
    type: "error",
    errorText: "The model account has run out of quota.",
  });
});

Deno.test("[R1] an abandoned turn says nothing more", async () => {
  const controller = new AbortController();
  const { run } = arrange([[...says("a"), new Promise(() => {}), finishes()]], { signal: controller.signal });

  const running = run();
  controller.abort(new TurnStop("abandoned"));

  const stop = await assertRejects(() => running, TurnStop);
  assertEquals(stop.kind, "abandoned");
});

Deno.test("runTurn() stops a model that keeps calling tools", async () => {
  const step: Script = [...calls("c1", "echo", { word: "x" }), finishes("tool-calls")];
  const { model, run } = arrange(Array.from({ length: 20 }, () => step));

  const result = await run();

  assertEquals(model.requests.length, 8);
  assertEquals(result.status, "completed");
});

Deno.test("runTurn() tells the same notice once, however many steps meet it", async () => {
  const notice = { code: "model_switched", message: "Another model answers" };
  const { written, run } = arrange([
    [{ type: "notice", notice }, ...calls("c1", "echo", { word: "x" }), finishes("tool-calls")],
    [{ type: "notice", notice }, ...says("done"), finishes()],
  ]);

  await run();

  assertEquals(typesOf(written).filter((type) => type === "data-notice").length, 1);
});
