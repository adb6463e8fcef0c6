/** When a text asks for a tool, and what in it is the tool's argument: all the simulated model knows about the tools. */

export interface ToolIntent {
  toolName: string;
  parameter: string;
  /** Where in the text the wish is expressed; -1 when it is not. */
  findWish(text: string): number;
  findValues(text: string): string[];
  /** Whether a bare answer may be the value, such as `ORD-1001` after the question. */
  isBareValue(text: string): boolean;
  /** A value said in an earlier turn still counts. */
  isRemembered: boolean;
  /** Several values in one message mean several calls. */
  allowsSeveral: boolean;
}

const ORDER = String.raw`(?:orders?|ord-\w+)\b`;
const CANCEL_WISH = new RegExp(String.raw`\bcancel\b[^.?!]*?\b${ORDER}`, "i");
const STATUS_WISHES = [
  new RegExp(String.raw`\b(?:status|track|check|where|when|find|eta|look up)\b[^.?!]*?\b${ORDER}`, "i"),
  new RegExp(String.raw`\b${ORDER}[^.?!]*?\b(?:status|arriv\w*|deliver\w*|shipped|where|eta)\b`, "i"),
];

export const TOOL_INTENTS: readonly ToolIntent[] = [
  {
    toolName: "fetch_account_balance",
    parameter: "user_id",
    findWish: (text) => text.search(/\bbalances?\b/i),
    findValues: findUserIds,
    isBareValue: isSingleWord,
    isRemembered: true,
    allowsSeveral: true,
  },
  {
    toolName: "cancel_order",
    parameter: "order_id",
    findWish: (text) => text.search(CANCEL_WISH),
    findValues: findOrderIds,
    isBareValue: isSingleWord,
    isRemembered: false,
    allowsSeveral: false,
  },
  {
    toolName: "fetch_order_status",
    parameter: "order_id",
    findWish: (text) => {
      const rest = text.replace(CANCEL_WISH, (match) => " ".repeat(match.length));
      const places = STATUS_WISHES.map((wish) => rest.search(wish)).filter((place) => place !== -1);
      return places.length > 0 ? Math.min(...places) : -1;
    },
    findValues: findOrderIds,
    isBareValue: isSingleWord,
    isRemembered: false,
    allowsSeveral: true,
  },
  {
    toolName: "fetch_internal_data",
    parameter: "query",
    findWish: (text) => text.search(/\b(?:internal|analytics|metrics)\b/i),
    findValues: findQueries,
    isBareValue: (text) => text.length <= 80,
    isRemembered: false,
    allowsSeveral: false,
  },
];

export function findUserIds(text: string): string[] {
  return findAll(text, [/\buser[_ ]?id\s*(?:is|=|:)\s*["'`]?([\w.-]*\w)/gi, /\b(user-\d+)\b/gi]);
}

function findOrderIds(text: string): string[] {
  return findAll(text, [/\border[_ ]?id\s*(?:is|=|:)\s*["'`]?([\w-]*\w)/gi, /\b(ord-\w+)\b/gi])
    .map((value) => value.toUpperCase()).filter(isFirst);
}

function findQueries(text: string): string[] {
  const subject = text.replace(/^.*?\binternal\b/is, "")
    .replace(/^\s*(?:please\s+)?(?:fetch|get|show|give|look up)?\s*(?:me\s+)?(?:the\s+|my\s+)?/i, "")
    .replace(/[\s.?!]+$/, "").trim();
  return subject === "" || /^(?:data|information)$/i.test(subject) ? [] : [subject.slice(0, 200)];
}

function findAll(text: string, patterns: RegExp[]): string[] {
  return patterns
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .sort((left, right) => left.index - right.index)
    .flatMap((match) => match[1] === undefined ? [] : [match[1]])
    .filter(isFirst);
}

function isFirst(value: string, index: number, all: string[]): boolean {
  return all.indexOf(value) === index;
}

const SMALL_WORDS = /^(?:yes|no|ok|okay|thanks|hello|hi|hey|stop|help|never ?mind|why|what|none)$/i;

function isSingleWord(text: string): boolean {
  return /^["'`]?[\w-]{1,64}["'`]?[.!]?$/.test(text) && !SMALL_WORDS.test(text.replace(/\W+$/, ""));
}
