import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Chunk, unpackChunks } from "../protocol/mod.ts";
import { packChunks } from "./pack-chunks.ts";

Deno.test("packChunks() joins neighbouring deltas of one part and nothing else", () => {
  const packed = packChunks([
    { type: "text-start", id: "a" },
    { type: "text-delta", id: "a", delta: "x" },
    { type: "text-delta", id: "a", delta: "y" },
    { type: "text-delta", id: "b", delta: "z" },
    { type: "tool-input-delta", toolCallId: "a", inputTextDelta: "{" },
    { type: "tool-input-delta", toolCallId: "a", inputTextDelta: "}" },
  ]);

  assertEquals(packed, [
    { type: "text-start", id: "a" },
    { type: "text-delta", id: "a", deltas: ["x", "y"] },
    { type: "text-delta", id: "b", deltas: ["z"] },
    { type: "tool-input-delta", toolCallId: "a", deltas: ["{", "}"] },
  ]);
});

Deno.test("unpackChunks() gives back exactly what was packed", () => {
  const id = fc.constantFrom("a", "b");
  const chunk: fc.Arbitrary<Chunk> = fc.oneof(
    fc.record({
      type: fc.constantFrom("text-delta" as const, "reasoning-delta" as const),
      id,
      delta: fc.string(),
    }),
    fc.record({
      type: fc.constant("tool-input-delta" as const),
      toolCallId: id,
      inputTextDelta: fc.string(),
    }),
    fc.record({ type: fc.constantFrom("text-start" as const, "text-end" as const), id }),
    fc.constant<Chunk>({ type: "finish-step" }),
  );

  fc.assert(fc.property(fc.array(chunk), (chunks) => assertEquals(unpackChunks(packChunks(chunks)), chunks)));
});
