import { assertEquals, assertStringIncludes } from "@std/assert";
import { SUMMARY_INSTRUCTIONS } from "../summary-instructions.ts";
import { assistant, missing, reply, user } from "../testing/simulated-dialogue.ts";
import { TITLE_INSTRUCTIONS } from "../../session/title-instructions.ts";
import type { CompletionMessage } from "./completion-request.ts";

Deno.test("the simulated model summarises a transcript given as text: topics, ids, tools and outcome", () => {
  const transcript = [
    "[user] What is my account balance?",
    "[tool] fetch_account_balance: missing user_id",
    "[assistant] Please share your user_id.",
    "[user] My user_id is user-1",
    "[tool] fetch_account_balance: 1250.75",
    "[assistant] The balance of account **user-1** is **$1,250.75 USD**.",
  ].join("\n");

  assertEquals(
    reply([{ role: "system", content: SUMMARY_INSTRUCTIONS }, user(transcript)], null).text.split("\n"),
    [
      "- **Extent:** 2 user messages and 2 answers.",
      "- **Topics:** “What is my account balance?”; “My user_id is user-1”.",
      "- **Mentioned:** user-1.",
      "- **Tools:** `fetch_account_balance` (2).",
      "- **Outcome:** The balance of account user-1 is $1,250.75 USD.",
    ],
  );
});

Deno.test("the simulated model summarises a transcript given as messages, and tells what is open", () => {
  const messages = [
    user("Check my order status"),
    ...missing("fetch_order_status"),
    assistant("Which order?"),
  ];
  const { text } = reply([{ role: "system", content: SUMMARY_INSTRUCTIONS }, ...messages]);

  assertStringIncludes(text, "- **Extent:** 1 user message and 1 answer.");
  assertStringIncludes(text, "- **Tools:** `fetch_order_status` (1).");
  assertStringIncludes(text, "- **Open:**");
});

const titles = [
  ["What is my account balance?", "Account balance"],
  ["cancel my order", "Cancelling an order"],
  ["tell me a story about sailing ships and the sea", "Tell me a story about sailing"],
  ["?!", "New session"],
] as const;
for (const [question, title] of titles) {
  Deno.test(`the simulated model gives "${question}" the title "${title}"`, () => {
    const system: CompletionMessage = { role: "system", content: TITLE_INSTRUCTIONS };

    assertEquals(reply([system, user(question)], null).text, title);
  });
}
