import { assertEquals } from "@std/assert";
import { applyChunk, type Chunk, textOf, toDraft } from "../protocol/mod.ts";
import { sayAgain } from "./say-again.ts";

const RESET: Chunk = { type: "reset-step" };

function says(delta: string): Chunk[] {
  return [{ type: "text-start", id: "t" }, { type: "text-delta", id: "t", delta }];
}

/** What an answer of one step says once it is stopped. */
function stopped(...chunks: Chunk[]): string {
  const start = toDraft({ id: "m", role: "assistant", parts: [] });
  const draft = [{ type: "start-step" } as const, ...chunks].reduce(applyChunk, start);
  return textOf(sayAgain(draft).reduce(applyChunk, draft).message);
}

Deno.test("[K13] the longest of all attempts counts, however often the step began again", () => {
  assertEquals(stopped(...says("long enough"), RESET, ...says("short"), RESET, RESET), "long enough");
  assertEquals(
    stopped(...says("short"), RESET, ...says("long enough"), RESET, ...says("less")),
    "long enough",
  );
});

Deno.test("[K13] an attempt that has said as much stays as it is", () => {
  assertEquals(stopped(...says("first"), RESET, ...says("other")), "other");
});

Deno.test("[K13] what the steps before had said is never said again", () => {
  const next: Chunk[] = [{ type: "finish-step" }, { type: "start-step" }];

  assertEquals(stopped(...says("long enough"), RESET, ...says("short"), ...next, RESET), "short");
});

Deno.test("[K12] a step that has called a tool is not taken back for what it had said before", () => {
  const call: Chunk = { type: "tool-input-available", toolCallId: "c", toolName: "look", input: {} };

  assertEquals(stopped(...says("long enough"), RESET, ...says("short"), call), "short");
});
