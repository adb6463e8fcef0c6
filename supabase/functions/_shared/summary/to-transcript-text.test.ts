import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Message, MessagePart } from "../protocol/mod.ts";
import { toTranscriptText } from "./to-transcript-text.ts";

const user = (text: string): Message => ({ id: "u", role: "user", parts: [{ type: "text", text }] });
const assistant = (...parts: MessagePart[]): Message => ({ id: "a", role: "assistant", parts });

Deno.test("toTranscriptText() names the role of everything that was said and done", () => {
  const text = toTranscriptText([
    user("What is my balance?"),
    assistant(
      { type: "step-start" },
      {
        type: "tool-fetch_account_balance",
        toolCallId: "c",
        state: "output-available",
        input: { user_id: "user-1" },
        output: { balance: 5 },
      },
      { type: "text", text: "It is 5 USD. " },
    ),
  ]);

  assertEquals(text.split("\n"), [
    "[user] What is my balance?",
    '[tool] fetch_account_balance({"user_id":"user-1"}): {"balance":5}',
    "[assistant] It is 5 USD.",
  ]);
});

Deno.test("[R7] toTranscriptText() tells that an answer was cut short", () => {
  const message = {
    ...assistant({ type: "text", text: "It is" }),
    metadata: { status: "cancelled" } as const,
  };

  assertEquals(toTranscriptText([message]), "[assistant] It is\n[system] The answer was cancelled.");
});

Deno.test("toTranscriptText() keeps the beginning and the end of a long session, within its bound", () => {
  const messages = Array.from({ length: 500 }, (_, index) => user(`Question ${index} ${"x".repeat(100)}`));

  const text = toTranscriptText(messages, 5_000);

  assert(text.length < 5_100);
  assertStringIncludes(text, "Question 0 ");
  assertStringIncludes(text, "Question 499 ");
  assertStringIncludes(text, "entries left out");
});

Deno.test("toTranscriptText() shortens one enormous entry", () => {
  assert(toTranscriptText([user("y".repeat(30_000))]).length < 5_000);
});
