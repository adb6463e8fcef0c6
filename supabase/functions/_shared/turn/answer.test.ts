import { assertEquals } from "@std/assert";
import { applyChunk, type Chunk, toDraft } from "../protocol/mod.ts";
import { Answer } from "./answer.ts";

const EMPTY = toDraft({ id: "a", role: "assistant", parts: [] });

function says(type: "text" | "reasoning", id: string, count: number): Chunk[] {
  const deltas = Array.from({ length: count }, (_, index): Chunk => {
    return { type: `${type}-delta`, id, delta: `${id}${index} ` };
  });
  return [{ type: `${type}-start`, id }, ...deltas];
}

Deno.test("Answer holds what its chunks make, whenever somebody asks for it", () => {
  const call: Chunk = { type: "tool-input-available", toolCallId: "c", toolName: "t", input: {} };
  const chunks: Chunk[] = [
    { type: "start", messageId: "a" },
    ...says("reasoning", "1", 40),
    ...says("text", "2", 33),
    { type: "text-end", id: "2" },
    call,
    { type: "reasoning-end", id: "1" },
    ...says("text", "3", 16),
    { type: "reset-step" },
    ...says("text", "3", 17),
  ];
  const whole = chunks.reduce(applyChunk, EMPTY);

  for (let place = 0; place <= chunks.length; place++) {
    const answer = new Answer(EMPTY);
    answer.record(chunks.slice(0, place));
    assertEquals(answer.draft(), chunks.slice(0, place).reduce(applyChunk, EMPTY));

    for (const chunk of chunks.slice(place)) answer.record([chunk]);

    assertEquals(answer.draft(), whole);
  }
});

Deno.test("Answer changes no chunk that it is given", () => {
  const chunks = says("text", "1", 40);
  const answer = new Answer(EMPTY);

  answer.record(chunks);
  answer.draft();

  assertEquals(chunks, says("text", "1", 40));
});
