/** What a summary or title is made from: the turns of a session, given as messages or as one text of `[role] content` lines. */
import type { Conversation, ConversationTurn } from "./conversation.ts";

export interface SessionDigest {
  questions: string[];
  answers: string[];
  /** Tool names with the number of calls, in order of first use. */
  tools: [name: string, count: number][];
}

export function digestSession({ turns }: Conversation): SessionDigest {
  const spoken = turns.length > 1 || turns[0].answer !== "" ? turns : readTranscriptText(turns[0].userText);
  return {
    questions: spoken.map(({ userText }) => userText.trim()).filter((text) => text !== ""),
    answers: spoken.map(({ answer }) => answer.trim()).filter((text) => text !== ""),
    tools: countTools(spoken),
  };
}

const LINE_START = /^\s*(?:\[(\w+)\]|(user|assistant|tool|system)\s*:)\s*/i;

function readTranscriptText(text: string): ConversationTurn[] {
  // A text without any role is what the user said.
  const turns: ConversationTurn[] = [{ userText: "", calls: [], answer: "" }];
  let role = "user";
  for (const line of text.split("\n")) {
    const start = LINE_START.exec(line);
    const content = start ? line.slice(start[0].length) : line;
    if (start) {
      role = (start[1] ?? start[2] ?? "user").toLowerCase();
      if (role === "user") turns.push({ userText: "", calls: [], answer: "" });
    }
    const turn = turns.at(-1);
    if (!turn) continue;
    if (role === "user") turn.userText = join(turn.userText, content);
    if (role === "assistant") turn.answer = join(turn.answer, content);
    if (role === "tool") {
      const toolName = /\b[a-z]+(?:_[a-z]+)+\b/.exec(content)?.[0];
      if (toolName && start) turn.calls.push({ toolName, arguments: {}, result: "", missing: [] });
    }
  }
  return turns;
}

function join(text: string, line: string): string {
  return text === "" ? line : `${text}\n${line}`;
}

function countTools(turns: ConversationTurn[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { toolName } of turns.flatMap(({ calls }) => calls)) {
    counts.set(toolName, (counts.get(toolName) ?? 0) + 1);
  }
  return [...counts];
}
