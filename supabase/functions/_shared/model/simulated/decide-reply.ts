/** The simulated model: the first rule that knows an answer gives it. Deterministic; nothing but the request counts. */
import type { Conversation } from "./conversation.ts";
import { type Reply, say } from "./reply.ts";
import { entitle, summarize } from "./summary-rules.ts";
import { admitSimulation, explainSystem, greet, recall, speakAtLength, takeNote } from "./talk-rules.ts";
import { answerQuestion, answerResults, callTools } from "./tool-rules.ts";

type Rule = (conversation: Conversation) => Reply | null;

const RULES: readonly Rule[] = [
  summarize,
  entitle,
  answerResults,
  speakAtLength,
  recall,
  explainSystem,
  callTools,
  answerQuestion,
  takeNote,
  greet,
  admitSimulation,
];

export function decideReply(conversation: Conversation): Reply {
  for (const rule of RULES) {
    const reply = rule(conversation);
    if (reply) return continued(reply, conversation.partialAnswer);
  }
  return say("");
}

/** A request that ends with the beginning of the answer gets the rest of it, where it is the same answer. */
function continued(reply: Reply, partialAnswer: string): Reply {
  if (partialAnswer === "" || !reply.text.startsWith(partialAnswer)) return reply;
  return { ...reply, text: reply.text.slice(partialAnswer.length) };
}
