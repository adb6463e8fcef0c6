import { assertEquals } from "@std/assert";
import { unpackChunks } from "./unpack-chunks.ts";

Deno.test("unpackChunks() gives each delta its own chunk, and leaves the others alone", () => {
  const chunks = unpackChunks([
    { type: "text-start", id: "a" },
    { type: "text-delta", id: "a", deltas: ["x", ""] },
    { type: "reasoning-delta", id: "b", delta: "y" },
    { type: "tool-input-delta", toolCallId: "c", deltas: ["{", "}"] },
  ]);

  assertEquals(chunks, [
    { type: "text-start", id: "a" },
    { type: "text-delta", id: "a", delta: "x" },
    { type: "text-delta", id: "a", delta: "" },
    { type: "reasoning-delta", id: "b", delta: "y" },
    { type: "tool-input-delta", toolCallId: "c", inputTextDelta: "{" },
    { type: "tool-input-delta", toolCallId: "c", inputTextDelta: "}" },
  ]);
});
