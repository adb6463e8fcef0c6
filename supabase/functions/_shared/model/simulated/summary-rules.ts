/** Rules for the requests that are about a session instead of within it: its summary and its title. */
import { SUMMARY_INSTRUCTIONS } from "../summary-instructions.ts";
import { TITLE_INSTRUCTIONS } from "../../session/title-instructions.ts";
import type { Conversation } from "./conversation.ts";
import { type Reply, say } from "./reply.ts";
import { digestSession, type SessionDigest } from "./session-digest.ts";

export function summarize(conversation: Conversation): Reply | null {
  if (!conversation.systemText.includes(SUMMARY_INSTRUCTIONS)) return null;
  const digest = digestSession(conversation);
  return say(toSummaryLines(digest).map((line) => `- ${line}`).join("\n"));
}

export function entitle(conversation: Conversation): Reply | null {
  if (!conversation.systemText.includes(TITLE_INSTRUCTIONS)) return null;
  return say(toTitle(digestSession(conversation).questions[0] ?? ""));
}

const MAX_TOPICS = 5;

function toSummaryLines({ questions, answers, tools }: SessionDigest): string[] {
  const lastAnswer = answers.at(-1) ?? "";
  const ids = [...new Set(questions.join(" ").match(/\b(?:user-\d+|ORD-\w+)\b/gi) ?? [])];
  const topics = [...new Set(questions.map(toTopic))].slice(0, MAX_TOPICS);
  return [
    `**Extent:** ${count(questions.length, "user message")} and ${count(answers.length, "answer")}.`,
    `**Topics:** ${topics.length > 0 ? topics.join("; ") : "none"}.`,
    ...(ids.length > 0 ? [`**Mentioned:** ${ids.join(", ")}.`] : []),
    `**Tools:** ${
      tools.length > 0 ? tools.map(([name, calls]) => `\`${name}\` (${calls})`).join(", ") : "none used"
    }.`,
    `**Outcome:** ${lastAnswer === "" ? "No answer was given." : firstSentence(lastAnswer)}`,
    ...(isQuestion(lastAnswer) ? ["**Open:** The last question to the user was not answered."] : []),
  ];
}

function toTopic(question: string): string {
  return `“${shorten(question.replace(/\s+/g, " "), 80).replace(/[.]+$/, "")}”`;
}

function firstSentence(text: string): string {
  const plain = text.replace(/[*`#>]/g, "").replace(/\s+/g, " ").trim();
  return shorten(/^.*?[.!?](?=\s|$)/.exec(plain)?.[0] ?? plain, 200);
}

function isQuestion(text: string): boolean {
  return /\?\s*$|\bplease share\b/i.test(text);
}

const TITLES: readonly [pattern: RegExp, title: string][] = [
  [/\bbalance\b/i, "Account balance"],
  [/\bcancel\b.*\border\b/i, "Cancelling an order"],
  [/\border\b/i, "Order status"],
  [/\b(?:analytics|internal)\b/i, "Internal user analytics"],
  [/\bexplain\b.*\bsystem\b/i, "What this system does"],
];

function toTitle(question: string): string {
  const known = TITLES.find(([pattern]) => pattern.test(question))?.[1];
  if (known) return known;
  const words = question.replace(/\[\[[^\]]*\]\]/g, "").match(/[\p{L}\p{N}'’-]+/gu)?.slice(0, 6).join(" ") ??
    "";
  return words === "" ? "New session" : words[0]?.toUpperCase() + words.slice(1);
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).trimEnd()}…`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
