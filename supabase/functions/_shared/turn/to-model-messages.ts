/**
 * The transcript as a model reads it. Two promises: every tool call is followed by exactly one result, because providers
 * refuse a transcript without; and an answer that was cut short says so.
 */
import type { ModelMessage } from "../model/language-model.ts";
import { isToolPart, type Message, type MessagePart, textOf, type ToolPart } from "../protocol/mod.ts";
import { SYSTEM_PROMPT } from "./system-prompt.ts";
import { toToolCall, toToolResult } from "./to-tool-result.ts";

/** About 24,000 tokens, which leaves room for the answer in the smallest context windows in use. */
export const MAX_TRANSCRIPT_CHARACTERS = 96_000;

export interface ToModelMessagesOptions {
  systemPrompt?: string;
  maxCharacters?: number;
}

/** Drops the oldest whole turns when the transcript is too long; the last turn always stays. */
export function toModelMessages(transcript: Message[], options: ToModelMessagesOptions = {}): ModelMessage[] {
  const { systemPrompt = SYSTEM_PROMPT, maxCharacters = MAX_TRANSCRIPT_CHARACTERS } = options;
  const turns = splitTurns(transcript.flatMap(toMessages));
  const { kept, isShortened } = keepNewest(turns, maxCharacters - systemPrompt.length);
  const content = isShortened ? `${systemPrompt}\n\n${SHORTENED_NOTE}` : systemPrompt;
  return [{ role: "system", content }, ...kept.flat()];
}

const SHORTENED_NOTE =
  "The beginning of this conversation is too long to be shown here and has been left out.";

const CUT_SHORT_NOTES: Partial<Record<string, string>> = {
  cancelled: "[This answer was cut short: the user stopped it.]",
  interrupted: "[This answer was cut short: the server was interrupted.]",
  failed: "[This answer was cut short: the model or server failed.]",
};

function toMessages(message: Message): ModelMessage[] {
  if (message.role === "user") return [{ role: "user", content: textOf(message) }];
  const steps = splitSteps(message.parts).flatMap((parts) => toStepMessages(parts, message));
  const note = CUT_SHORT_NOTES[message.metadata?.status ?? ""];
  return note === undefined ? steps : withNote(steps, note);
}

/** A step ends where the model was called again: at a `step-start`, or at text that follows a tool call. */
function splitSteps(parts: MessagePart[]): MessagePart[][] {
  const steps: MessagePart[][] = [[]];
  for (const part of parts) {
    const current = steps[steps.length - 1] ?? [];
    if (part.type === "step-start" || (part.type === "text" && current.some(isToolPart))) steps.push([]);
    steps[steps.length - 1]?.push(part);
  }
  return steps;
}

function toStepMessages(parts: MessagePart[], message: Message): ModelMessage[] {
  const content = parts.flatMap((part) => part.type === "text" ? [part.text] : []).join("");
  const calls: ToolPart[] = parts.filter(isToolPart);
  if (content === "" && calls.length === 0) return [];
  return [
    { role: "assistant", content, toolCalls: calls.map(toToolCall) },
    ...calls.map((part): ModelMessage => ({
      role: "tool",
      toolCallId: part.toolCallId,
      content: toToolResult(part, message),
    })),
  ];
}

function withNote(steps: ModelMessage[], note: string): ModelMessage[] {
  const last = steps.at(-1);
  if (last?.role !== "assistant") return [...steps, { role: "assistant", content: note, toolCalls: [] }];
  return [...steps.slice(0, -1), { ...last, content: `${last.content}\n\n${note}` }];
}

/** A turn begins with a user message, so a tool call and its result are never parted. */
function splitTurns(messages: ModelMessage[]): ModelMessage[][] {
  const turns: ModelMessage[][] = [];
  for (const message of messages) {
    const current = turns.at(-1);
    if (message.role === "user" || !current) turns.push([message]);
    else current.push(message);
  }
  return turns;
}

function keepNewest(turns: ModelMessage[][], maxCharacters: number) {
  let remaining = maxCharacters;
  let first = turns.length;
  while (first > 0) {
    remaining -= lengthOf(turns[first - 1] ?? []);
    if (remaining < 0 && first < turns.length) break;
    first--;
  }
  return { kept: turns.slice(first), isShortened: first > 0 };
}

function lengthOf(turn: ModelMessage[]): number {
  return turn.reduce((sum, message) => {
    const calls = message.role === "assistant" ? message.toolCalls : [];
    return sum + message.content.length + calls.reduce((length, call) => length + call.arguments.length, 0);
  }, 0);
}
