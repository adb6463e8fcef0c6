/** Rules about tools: when to call which, and what to say to what came back. */
import {
  type Conversation,
  type ConversationCall,
  currentTurn,
  earlierTurns,
  isRecord,
} from "./conversation.ts";
import { describeResults } from "./describe-result.ts";
import { call, type Reply, type ReplyCall, say } from "./reply.ts";
import { TOOL_INTENTS, type ToolIntent } from "./tool-intents.ts";

/** The tools of this turn have answered: repair a broken call once, otherwise tell the results. */
export function answerResults(conversation: Conversation): Reply | null {
  const { calls, userText } = currentTurn(conversation);
  if (calls.length === 0) return null;
  const broken = calls.filter(isBroken);
  const repaired = broken.length === 1 && calls.length === 1 ? wishesIn(conversation, userText) : [];
  return repaired.length > 0 ? call(repaired) : say(describeResults(calls.filter(isStanding)));
}

/** A broken call is forgotten once the same tool has been called again. */
function isStanding(one: ConversationCall, index: number, all: ConversationCall[]): boolean {
  return !isBroken(one) || !all.slice(index + 1).some(({ toolName }) => toolName === one.toolName);
}

/** The text asks for one or more of the offered tools. */
export function callTools(conversation: Conversation): Reply | null {
  const calls = wishesIn(conversation, currentTurn(conversation).userText);
  return calls.length > 0 ? call(calls) : null;
}

/** The text gives what an earlier call lacked. */
export function answerQuestion(conversation: Conversation): Reply | null {
  const text = currentTurn(conversation).userText.trim();
  const pending = pendingIntents(conversation);
  const calls = pending.flatMap((intent) => {
    const found = intent.findValues(text)[0] ??
      (pending.length === 1 && intent.isBareValue(text) ? bare(text) : undefined);
    return found === undefined ? [] : [toCall(intent, found)];
  });
  if (calls.length > 0) return call(calls);
  return pending.length > 0 && /^(?:never ?mind|no|cancel|stop|forget it)\b/i.test(text)
    ? say("No problem, I leave it at that. Is there anything else?")
    : null;
}

function wishesIn(conversation: Conversation, text: string): ReplyCall[] {
  const wishes = TOOL_INTENTS
    .filter(({ toolName }) => conversation.offeredTools.some(({ name }) => name === toolName))
    .map((intent) => ({ intent, place: intent.findWish(text) }))
    .filter(({ place }) => place !== -1)
    .sort((left, right) => left.place - right.place);
  return wishes.flatMap(({ intent, place }) => {
    const values = valuesFor(intent, { conversation, text, place, isOnly: wishes.length === 1 });
    return values.length > 0 ? values.map((value) => toCall(intent, value)) : [toCall(intent, undefined)];
  });
}

interface ValueSearch {
  conversation: Conversation;
  text: string;
  place: number;
  isOnly: boolean;
}

/** What is said after the wish counts first, then before it, then what an earlier turn said. */
function valuesFor(intent: ToolIntent, { conversation, text, place, isOnly }: ValueSearch): string[] {
  if (isOnly && intent.allowsSeveral) {
    const all = intent.findValues(text);
    if (all.length > 0) return all.slice(0, MAX_CALLS_OF_ONE_TOOL);
  }
  const nearest = intent.findValues(text.slice(place))[0] ?? intent.findValues(text).at(-1);
  if (nearest !== undefined) return [nearest];
  if (!intent.isRemembered) return [];
  return earlierTurns(conversation).flatMap((turn) => intent.findValues(turn.userText)).slice(-1);
}

const MAX_CALLS_OF_ONE_TOOL = 5;

/** The newest earlier turn that called tools tells what is still being asked for. */
function pendingIntents(conversation: Conversation): ToolIntent[] {
  const asking = earlierTurns(conversation).slice(-2).findLast(({ calls }) => calls.length > 0);
  const lacking = (asking?.calls ?? []).filter(({ missing }) => missing.length > 0);
  return TOOL_INTENTS.filter(({ toolName }) => lacking.some((one) => one.toolName === toolName));
}

function toCall({ toolName, parameter }: ToolIntent, value: string | undefined): ReplyCall {
  return { toolName, arguments: value === undefined ? {} : { [parameter]: value } };
}

function bare(text: string): string {
  return text.replace(/^["'`]|["'`]?[.!]?$/g, "");
}

function isBroken({ arguments: given, result }: ConversationCall): boolean {
  return given === null || (isRecord(result) && result.error === "invalid_arguments");
}
