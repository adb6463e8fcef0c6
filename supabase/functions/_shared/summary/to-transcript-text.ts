/** A session as one text with a role before each line, bounded, for the model that summarises it. */
import { isToolPart, type Message, type MessagePart, textOf, toolNameOf } from "../protocol/mod.ts";

/** About 16,000 tokens. */
export const MAX_TRANSCRIPT_CHARACTERS = 64_000;
/** One long answer or tool result must not crowd out the rest. */
const MAX_LINE_CHARACTERS = 4_000;

/** Keeps the beginning and the end when it is too long: what was wanted, and how it came out. */
export function toTranscriptText(messages: Message[], maxCharacters = MAX_TRANSCRIPT_CHARACTERS): string {
  const lines = messages.flatMap(toLines);
  const total = lines.reduce((sum, line) => sum + line.length + 1, 0);
  if (total <= maxCharacters) return lines.join("\n");

  const half = maxCharacters / 2;
  const head = takeWhile(lines, half);
  const tail = takeWhile(lines.slice(head.length).reverse(), half).reverse();
  const omitted = lines.length - head.length - tail.length;
  return [...head, `[system] (${omitted} entries left out)`, ...tail].join("\n");
}

function takeWhile(lines: string[], maxCharacters: number): string[] {
  let remaining = maxCharacters;
  const end = lines.findIndex((line) => (remaining -= line.length + 1) < 0);
  return end === -1 ? lines : lines.slice(0, end);
}

function toLines(message: Message): string[] {
  if (message.role === "user") return [toLine("user", textOf(message))];
  const lines = message.parts.flatMap(toAssistantLine);
  const status = message.metadata?.status;
  const isWhole = status === undefined || status === "completed";
  return isWhole ? lines : [...lines, `[system] The answer was ${status}.`];
}

function toAssistantLine(part: MessagePart): string[] {
  if (part.type === "text") return part.text.trim() === "" ? [] : [toLine("assistant", part.text)];
  if (!isToolPart(part)) return [];
  const outcome = part.errorText ?? (part.output === undefined ? part.state : JSON.stringify(part.output));
  return [toLine("tool", `${toolNameOf(part)}(${JSON.stringify(part.input ?? {})}): ${outcome}`)];
}

function toLine(role: "user" | "assistant" | "tool", content: string): string {
  const text = content.trim();
  const isLong = text.length > MAX_LINE_CHARACTERS;
  return `[${role}] ${isLong ? `${text.slice(0, MAX_LINE_CHARACTERS).toWellFormed()} …` : text}`;
}
