import { assertEquals } from "@std/assert";
import { type Chunk, isToolPart, type Message, toDraft } from "../protocol/mod.ts";
import { createManualClock } from "../session/testing/manual-clock.ts";
import { Answer } from "./answer.ts";
import { runTurn } from "./run-turn.ts";
import { createOrderTool } from "./testing/order-tool.ts";
import { calls, createScriptedModel, finishes } from "./testing/scripted-model.ts";
import { TurnStop } from "./turn-stop.ts";

const question: Message = { id: "u1", role: "user", parts: [{ type: "text", text: "Order" }] };

Deno.test("[K15] a turn that is cancelled while its question is being committed asks no more", async () => {
  const stop = new AbortController();
  const { status, message } = await runTurn({
    turnId: "turn",
    transcript: [question],
    answer: new Answer(toDraft({ id: "a1", role: "assistant", parts: [] })),
    signal: stop.signal,
  }, {
    model: createScriptedModel([[...calls("c1", "order", {}), finishes("tool-calls")]]),
    tools: [createOrderTool()],
    database: { select: () => Promise.resolve([]), call: () => Promise.resolve(null) },
    canActAsUser: () => true,
    clock: createManualClock(),
    createId: () => "approval",
    write(chunks: Chunk[]) {
      if (chunks.some(({ type }) => type === "tool-approval-request")) stop.abort(new TurnStop("cancelled"));
      return Promise.resolve();
    },
  });

  assertEquals(status, "cancelled");
  assertEquals(message.parts.find(isToolPart)?.state, "output-denied");
});
