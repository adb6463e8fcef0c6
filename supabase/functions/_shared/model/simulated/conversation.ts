/** A transcript as the rules of the simulated model look at it: turns, with their tool calls and results. */
import { type CompletionMessage, type CompletionRequest, contentOf } from "./completion-request.ts";
import { withoutFaults } from "./faults.ts";

export interface Conversation {
  systemText: string;
  /** Never empty; the last one is being answered. */
  turns: [...ConversationTurn[], ConversationTurn];
  offeredTools: OfferedTool[];
  /** The beginning of the answer, when the request asks to go on from it. */
  partialAnswer: string;
}

export interface ConversationTurn {
  userText: string;
  calls: ConversationCall[];
  answer: string;
}

export interface ConversationCall {
  toolName: string;
  /** `null` when they were no JSON object. */
  arguments: Record<string, unknown> | null;
  /** Parsed where it is JSON. */
  result: unknown;
  /** Required parameters the call left out. */
  missing: string[];
}

export interface OfferedTool {
  name: string;
  required: string[];
}

export function readConversation({ messages, tools }: CompletionRequest): Conversation {
  const offeredTools = (tools ?? []).map((tool) => ({
    name: tool.function.name,
    required: tool.function.parameters?.required ?? [],
  }));
  const results = new Map(
    messages.flatMap((message) =>
      message.role === "tool" ? [[message.tool_call_id, contentOf(message)]] : []
    ),
  );
  const turns: ConversationTurn[] = [];
  for (const message of messages) {
    if (message.role === "user") {
      turns.push({ userText: withoutFaults(contentOf(message)), calls: [], answer: "" });
    }
    if (message.role !== "assistant") continue;
    const turn = turns.at(-1);
    if (!turn) continue;
    const text = contentOf(message);
    turn.answer = [turn.answer, text].filter((part) => part !== "").join("\n\n");
    turn.calls.push(...(message.tool_calls ?? []).map((call) => toCall(call, { results, offeredTools })));
  }
  const last = turns.pop() ?? { userText: "", calls: [], answer: "" };
  return {
    systemText: messages.filter(isSystem).map(contentOf).join("\n"),
    turns: [...turns, last],
    offeredTools,
    partialAnswer: partialAnswerOf(messages.at(-1)),
  };
}

export function currentTurn({ turns }: Conversation): ConversationTurn {
  return turns[turns.length - 1] as ConversationTurn;
}

export function earlierTurns({ turns }: Conversation): ConversationTurn[] {
  return turns.slice(0, -1);
}

type WireCall = NonNullable<Extract<CompletionMessage, { role: "assistant" }>["tool_calls"]>[number];

function toCall(
  call: WireCall,
  { results, offeredTools }: { results: Map<string, string>; offeredTools: OfferedTool[] },
): ConversationCall {
  const given = parseJson(call.function.arguments);
  const required = offeredTools.find(({ name }) => name === call.function.name)?.required ?? [];
  const values = isRecord(given) ? given : null;
  return {
    toolName: call.function.name,
    arguments: values,
    result: parseJson(results.get(call.id) ?? ""),
    missing: required.filter((key) => values?.[key] === undefined || values[key] === ""),
  };
}

function partialAnswerOf(last: CompletionMessage | undefined): string {
  return last?.role === "assistant" && !last.tool_calls?.length ? contentOf(last) : "";
}

function isSystem(message: CompletionMessage): boolean {
  return message.role === "system" || message.role === "developer";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
