import { assertStringIncludes } from "@std/assert";
import { renderToStaticMarkup } from "react-dom/server";
import type { OpenQuestion } from "../client/mod.ts";
import { openTestSession } from "../client/testing/open-test-session.ts";
import { InputQuestion } from "./input-question.tsx";

const QUESTION: OpenQuestion = {
  interruptId: "interrupt-1",
  messageId: "answer-1",
  toolCallId: "c",
  toolName: "fetch_account_balance",
  missing: ["user_id"],
  question: "Whose balance?",
  inputSchema: { properties: { user_id: { type: "string" } } },
};

Deno.test("InputQuestion takes no more text than the server does", async () => {
  const { session } = await openTestSession();
  const markup = renderToStaticMarkup(<InputQuestion question={QUESTION} client={session} />);
  session.detach();

  assertStringIncludes(markup, 'maxLength="2000"');
});
