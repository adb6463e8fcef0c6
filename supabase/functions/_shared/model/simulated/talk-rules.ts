/** Rules that need no tool: explanations, memory, long texts, greetings, and the honest answer to everything else. */
import { type Conversation, currentTurn, earlierTurns } from "./conversation.ts";
import { EXPLANATION } from "./explanation.ts";
import { type Reply, say } from "./reply.ts";
import { findUserIds } from "./tool-intents.ts";

export function explainSystem(conversation: Conversation): Reply | null {
  const text = textOf(conversation);
  const isAsked =
    /\b(?:explain|describe|tell me|what|how)\b.*\b(?:system|parley|websockets?|this (?:app|page|demo|work)|you (?:do|work))\b/is;
  return isAsked.test(text) ? say(EXPLANATION) : null;
}

/** As many tokens as asked for: `count to 200`, `write 500 words`. */
export function speakAtLength(conversation: Conversation): Reply | null {
  const text = textOf(conversation);
  const count = /\bcount (?:up )?to (\d{1,6})\b/i.exec(text)?.[1];
  if (count) return say(Array.from({ length: limit(count) }, (_, index) => index + 1).join(" "));
  const words = /\b(?:write|say|give me|generate)\b[^.?!]*?\b(\d{1,6}) (?:words|tokens)\b/i.exec(text)?.[1];
  return words ? say(toWords(limit(words))) : null;
}

export function recall(conversation: Conversation): Reply | null {
  const text = textOf(conversation);
  const earlier = earlierTurns(conversation).map(({ userText }) => userText);
  if (/\bwhat(?:'s| is| was)? my name\b|\bwho am i\b/i.test(text)) {
    const name = earlier.map(findName).findLast((found) => found !== undefined);
    return say(name ? `Your name is **${name}**.` : "You have not told me your name yet. What is it?");
  }
  const asked = /\bwhat (?:did|have) i (?:just )?(?:ask(?:ed)?|say|said|written|write)\b/i.test(text) ||
    /\bwhat was my (?:first|last|previous) (?:question|message)\b/i.test(text);
  if (!asked) return null;
  const isFirst = /\bfirst\b/i.test(text);
  const quoted = isFirst ? earlier[0] : earlier.at(-1);
  if (quoted === undefined) return say("This is the first thing you have asked me in this session.");
  return say(
    `${isFirst ? "The first thing you asked was" : "Before this you wrote"}: “${shorten(quoted, 300)}”`,
  );
}

/** Something to remember was said. */
export function takeNote(conversation: Conversation): Reply | null {
  const text = textOf(conversation);
  const name = findName(text);
  if (name) return say(`Nice to meet you, **${name}**. I will remember your name in this session.`);
  const [userId] = findUserIds(text);
  return userId
    ? say(
      `Thank you, I have noted the user id **${userId}**. Would you like to know the balance of that account?`,
    )
    : null;
}

export function greet(conversation: Conversation): Reply | null {
  const text = textOf(conversation).trim();
  if (/^(?:hi|hello|hey|good (?:morning|afternoon|evening))\b[\s\w,]{0,20}[.!]*$/i.test(text)) {
    return say(`Hello! I am Parley's simulated model. ${SUGGESTIONS}`);
  }
  if (/^(?:thanks|thank you|great|perfect|cool)\b[^?]{0,30}$/i.test(text)) return say("You are welcome!");
  return null;
}

export function admitSimulation(conversation: Conversation): Reply {
  const text = textOf(conversation).trim();
  const said = text === "" ? "Your message was empty." : `You wrote: “${shorten(text, 220)}”`;
  return say(
    `I am Parley's simulated model: I follow a small set of rules instead of thinking, so I cannot say much about this. ${said}\n\n${SUGGESTIONS}`,
  );
}

const SUGGESTIONS =
  "Try `What is my balance? user_id=user-1`, `Check order status for order_id=ORD-1001`, `cancel order ORD-1003`, `fetch internal user analytics`, or ask me to explain what this system does.";

/** A name begins with a capital, so that "my name is important" does not name anybody. */
function findName(text: string): string | undefined {
  return /\b(?:[Mm]y name is|[Cc]all me|I am called)\s+(\p{Lu}[\p{L}'-]*)/u.exec(text)?.[1];
}

const MAX_TOKENS = 20_000;
const WORDS = "the log keeps each word in order so that a reader may come back at any time and find all of it"
  .split(" ");

function limit(digits: string): number {
  return Math.min(Number(digits), MAX_TOKENS);
}

function toWords(count: number): string {
  return Array.from({ length: count }, (_, index) => WORDS[index % WORDS.length]).join(" ");
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).trimEnd()}…`;
}

function textOf(conversation: Conversation): string {
  return currentTurn(conversation).userText;
}
