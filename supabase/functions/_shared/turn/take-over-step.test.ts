import { assertEquals } from "@std/assert";
import { z } from "zod";
import { isToolPart, type Message, toDraft } from "../protocol/mod.ts";
import { createManualClock } from "../session/testing/manual-clock.ts";
import type { SideEffects, Tool } from "../tools/tool.ts";
import { Answer } from "./answer.ts";
import { runTurn, type TurnRequest } from "./run-turn.ts";
import { createScriptedModel, finishes, says } from "./testing/scripted-model.ts";

const question: Message = { id: "u1", role: "user", parts: [{ type: "text", text: "Hi" }] };

function createTool(name: string, { sideEffects, ran }: { sideEffects: SideEffects; ran: string[] }): Tool {
  return {
    name,
    description: "Orders",
    input: z.object({}),
    questions: {},
    needsApproval: false,
    sideEffects,
    timeoutMs: 1000,
    execute() {
      ran.push(name);
      return Promise.resolve("done");
    },
  };
}

/** What a leader leaves that died while these tools ran. */
function startedAnswer(...toolNames: string[]): Answer {
  const parts = toolNames.map((name): Message["parts"][number] => ({
    type: `tool-${name}`,
    toolCallId: name,
    state: "input-available",
    input: {},
  }));
  return new Answer(toDraft({ id: "a1", role: "assistant", parts: [{ type: "step-start" }, ...parts] }));
}

function run(
  change: Pick<TurnRequest, "answer" | "isInherited" | "isDecided">,
  { tools, hasToken }: { tools: Tool[]; hasToken: boolean },
) {
  const request = { turnId: "turn", transcript: [question], signal: new AbortController().signal, ...change };
  return runTurn(request, {
    model: createScriptedModel([[...says("Done"), finishes()]]),
    tools,
    database: { select: () => Promise.resolve([]), call: () => Promise.resolve(null) },
    canActAsUser: () => hasToken,
    clock: createManualClock(),
    createId: () => "id",
    write: () => Promise.resolve(),
  });
}

const toolStates = ({ parts }: Message) => parts.filter(isToolPart).map(({ state }) => state);

Deno.test("[K12] a call that may not run again has its outcome on record before its turn waits for the user", async () => {
  const ran: string[] = [];
  const tools = [
    createTool("order", { sideEffects: "once", ran }),
    createTool("look", { sideEffects: "none", ran }),
  ];

  const waiting = await run({ answer: startedAnswer("order", "look"), isInherited: true }, {
    tools,
    hasToken: false,
  });
  const done = await run({ answer: new Answer(toDraft(waiting.message)), isDecided: true }, {
    tools,
    hasToken: true,
  });

  assertEquals([waiting.status, toolStates(waiting.message)], ["waiting", [
    "output-error",
    "input-available",
  ]]);
  assertEquals([done.status, toolStates(done.message)], ["completed", ["output-error", "output-available"]]);
  assertEquals(ran, ["look"]);
});
