/**
 * The model of the small world: what it says depends on the user's words only, whatever happened before, so that an answer
 * can be checked however often it was begun anew. Texts are `<kind> <tag> <count>`; every word carries the tag.
 */
import { z } from "zod";
import type {
  LanguageModel,
  ModelMessage,
  ModelPart,
} from "../../../functions/_shared/model/language-model.ts";
import type { Clock } from "../../../functions/_shared/base/clock.ts";
import { defineTool, type SideEffects, type Tool } from "../../../functions/_shared/tools/tool.ts";

export const KINDS = ["talk", "brood", "look", "cancel", "pay", "order"] as const;
export type Kind = typeof KINDS[number];

const WORD_MS = 25;
const BROOD_MS = 3_000;
const TOOL_MS = 120;

interface Wish {
  kind: Kind;
  tag: string;
  count: number;
}

/** What the whole answer to a text says when nothing cuts it short. */
export function expectedAnswer(text: string): string {
  const wish = parseWish(text);
  return [...openingOf(wish), ...closingOf(wish)].join("");
}

/** What it says before its tool has an outcome; also where a refused tool call may leave it. */
export function expectedOpening(text: string): string {
  return openingOf(parseWish(text)).join("");
}

export function createWorldModel(
  clock: Clock,
  { continuesText }: { continuesText: boolean },
): LanguageModel {
  return {
    mode: "simulated",
    continuesText,
    async *stream({ messages, signal }) {
      const wish = parseWish(lastWords(messages));
      const isAfterTool = sinceQuestion(messages).some(({ role }) => role === "tool");
      if (wish.kind === "brood") await pause(clock, { afterMs: BROOD_MS, signal });
      const words = unsaid(isAfterTool ? closingOf(wish) : openingOf(wish), messages);
      for (const word of words) {
        await pause(clock, { afterMs: WORD_MS, signal });
        yield [{ type: "text-delta", delta: word }];
      }
      const tool = TOOL_OF[wish.kind];
      if (tool && !isAfterTool) yield callOf(wish, tool);
      const usage = { inputTokens: 1, outputTokens: words.length, totalTokens: 1 + words.length };
      const finishReason = tool && !isAfterTool ? "tool-calls" : "stop";
      yield [{ type: "finish", finishReason, usage, model: "small" }];
    },
  };
}

function callOf({ tag }: Wish, toolName: string): ModelPart[] {
  const toolCallId = `call-${tag}`;
  const text = JSON.stringify({ tag });
  return [
    { type: "tool-call-start", toolCallId, toolName },
    { type: "tool-call-delta", toolCallId, argumentsDelta: text },
    { type: "tool-call-end", toolCallId, toolName, arguments: text },
  ];
}

/** What tools did: `executions` by call, and the effects of `cancel`, which commits its key together with its effect. */
export interface ToolRecord {
  executions: Map<string, number>;
  effects: Map<string, string>;
}

export function createWorldTools(record: ToolRecord, clock: Clock): Tool[] {
  return [
    createTool({ name: "look", sideEffects: "none", needsApproval: false }, { record, clock }),
    createTool({ name: "cancel", sideEffects: "keyed", needsApproval: true }, { record, clock }),
    createTool({ name: "pay", sideEffects: "once", needsApproval: false }, { record, clock }),
    createTool({ name: "order", sideEffects: "once", needsApproval: true }, { record, clock }),
  ];
}

const TOOL_OF: Partial<Record<Kind, string>> = { look: "look", cancel: "cancel", pay: "pay", order: "order" };

function createTool(
  { name, sideEffects, needsApproval }: { name: string; sideEffects: SideEffects; needsApproval: boolean },
  { record, clock }: { record: ToolRecord; clock: Clock },
): Tool {
  return defineTool({
    name,
    description: name,
    input: z.object({ tag: z.string() }),
    questions: {},
    needsApproval,
    sideEffects,
    timeoutMs: 5_000,
    async execute({ tag }, { callKey, signal }) {
      await pause(clock, { afterMs: TOOL_MS / 2, signal });
      const key = `${name}:${callKey}`;
      record.executions.set(key, (record.executions.get(key) ?? 0) + 1);
      if (sideEffects === "keyed") record.effects.set(callKey, tag);
      await pause(clock, { afterMs: TOOL_MS / 2, signal });
      return { tag };
    },
  }) as unknown as Tool;
}

function parseWish(text: string): Wish {
  const [kind = "talk", tag = "?", count = "3"] = text.split(" ");
  return { kind: KINDS.find((known) => known === kind) ?? "talk", tag, count: Number(count) || 3 };
}

function openingOf({ kind, tag, count }: Wish): string[] {
  if (kind === "talk" || kind === "brood") return wordsOf(tag, count);
  return [`${tag}.first `];
}

function closingOf({ kind, tag, count }: Wish): string[] {
  return kind === "talk" || kind === "brood" ? [] : wordsOf(`${tag}.then`, count);
}

function wordsOf(tag: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${tag}.${index} `);
}

function lastWords(messages: readonly ModelMessage[]): string {
  return messages.findLast(({ role }) => role === "user")?.content ?? "";
}

function sinceQuestion(messages: readonly ModelMessage[]): ModelMessage[] {
  return messages.slice(messages.findLastIndex(({ role }) => role === "user") + 1);
}

/** A request that ends with the beginning of this step asks for its rest. */
function unsaid(words: string[], messages: readonly ModelMessage[]): string[] {
  const last = sinceQuestion(messages).at(-1);
  const said = last?.role === "assistant" && last.toolCalls.length === 0 ? last.content : "";
  const count = words.findIndex((_word, index) => words.slice(0, index).join("") === said);
  return count < 0 ? [] : words.slice(count);
}

function pause(clock: Clock, { afterMs, signal }: { afterMs: number; signal: AbortSignal }): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const takeBack = clock.schedule(afterMs, resolve);
    signal.addEventListener("abort", () => {
      takeBack();
      reject(signal.reason);
    }, { once: true });
  });
}
