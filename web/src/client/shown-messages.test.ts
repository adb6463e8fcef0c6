import { assertEquals } from "@std/assert";
import { textOf } from "./protocol.ts";
import { messagesOfLog } from "./shown-messages.ts";
import { answer, said } from "./testing/frames.ts";

Deno.test("messagesOfLog() keeps an answer that waited where it began, as it ended", () => {
  const messages = messagesOfLog([
    { seq: 1, message: said(1, "Cancel it").message },
    { seq: 2, message: answer("Shall I?", { metadata: { status: "waiting" } }) },
    { seq: 9, message: said(9, "Meanwhile").message },
    { seq: 10, message: answer("Shall I? Done.") },
  ]);

  assertEquals(messages.map(textOf), ["Cancel it", "Shall I? Done.", "Meanwhile"]);
});

Deno.test("messagesOfLog() shows a regenerated answer instead of the first", () => {
  const messages = messagesOfLog([
    { seq: 1, message: said(1, "Hi").message },
    { seq: 2, message: answer("First") },
    { seq: 9, message: answer("Second", { id: "answer-2", metadata: { replaces: "answer-1" } }) },
  ]);

  assertEquals(messages.map(textOf), ["Hi", "Second"]);
});
