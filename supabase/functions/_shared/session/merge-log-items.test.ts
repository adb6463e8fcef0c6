import { assert, assertEquals } from "@std/assert";
import type { Chunk } from "../protocol/mod.ts";
import type { LogItem } from "../store/session-store.ts";
import { mergeLogItems } from "./merge-log-items.ts";

const ANSWER = { turnId: "turn-1", messageId: "answer-1" };

function says(seq: number, ...deltas: string[]): Extract<LogItem, { kind: "chunks" }> {
  const chunks = deltas.map((delta): Chunk => ({ type: "text-delta", id: "1", delta }));
  return { kind: "chunks", seq, ...ANSWER, chunks };
}

const question: LogItem = {
  ...{ kind: "message", seq: 1, seqTo: 1 },
  message: { id: "question-1", role: "user", parts: [] },
};

Deno.test("[R3] mergeLogItems() joins runs that follow each other, and keeps every chunk at its seq", () => {
  const items = [question, says(2, "a", "b"), says(4, "c"), says(5, "d", "e")];
  const before = structuredClone(items);

  assertEquals(mergeLogItems(items), [question, says(2, "a", "b", "c", "d", "e")]);
  assertEquals(items, before);
});

Deno.test("[R2] mergeLogItems() joins nothing over a gap, a message or another answer", () => {
  const other = { ...says(8, "x"), turnId: "turn-2", messageId: "answer-2" };
  const items = [
    says(2, "a"),
    says(4, "c"),
    { ...question, seq: 5, seqTo: 5 },
    says(6, "d"),
    says(7, "e"),
    other,
  ];

  assertEquals(mergeLogItems(items), [...items.slice(0, 3), says(6, "d", "e"), other]);
});

Deno.test("mergeLogItems() makes few frames of many runs, none of them huge", () => {
  const runs = Array.from(
    { length: 2_500 },
    (_, index) => says(index * 4 + 1, " one", " two", " three", " four"),
  );

  const merged = mergeLogItems(runs);

  const lengths = merged.map((item) => JSON.stringify(item).length);
  assert(merged.length < 20 && lengths.every((length) => length < 64 * 1024));
  assertEquals(merged.flatMap((item) => item.kind === "chunks" ? item.chunks : []).length, 10_000);
});
