/** What the log kept of an answer, beside what the model says to its question. */
import { isToolPart, type Message, textOf } from "../../../functions/_shared/protocol/mod.ts";
import type { Prompt } from "../prompts.ts";
import type { Difference } from "./compare-watcher.ts";

export function compareAnswer(prompt: Prompt, answer: Message): Difference[] {
  const text = textOf(answer);
  const status = answer.metadata?.status;
  switch (prompt.kind) {
    case "count":
    case "stop": {
      if (text === prompt.expected) return [];
      const isCut = status !== "completed" && prompt.expected.startsWith(text);
      return isCut ? [] : compareNumbers(prompt.expected, text);
    }
    case "read": {
      // A tool may fail when the database does; then the model says so.
      const hasFailed = answer.parts.filter(isToolPart).some(({ state }) => state !== "output-available");
      const isRight = prompt.expected.test(text) || hasFailed || status !== "completed";
      return isRight ? [] : [{ harm: "different", what: `"${prompt.text}" was answered "${text}"` }];
    }
    case "cancel":
      return [];
  }
}

/** Which tokens of a counted answer are missing, repeated or out of order. */
function compareNumbers(expected: string, text: string): Difference[] {
  const wanted = expected.split(" ");
  const said = text.split(" ");
  const lost = wanted.filter((word) => !said.includes(word));
  const doubled = said.filter((word, index) => said.indexOf(word) !== index);
  const isOrdered = said.every((word, index) => index === 0 || Number(said[index - 1]) <= Number(word));
  const found: Difference[] = [
    ...(lost.length > 0
      ? [{ harm: "lost" as const, what: `${lost.length} tokens: ${lost.slice(0, 10)}` }]
      : []),
    ...(doubled.length > 0
      ? [{ harm: "doubled" as const, what: `${doubled.length} tokens: ${doubled.slice(0, 10)}` }]
      : []),
    ...(isOrdered ? [] : [{ harm: "reordered" as const, what: `tokens: ${text.slice(0, 300)}` }]),
  ];
  return found.length > 0 ? found : [{ harm: "different", what: `tokens: ${text.slice(0, 300)}` }];
}
