/** The answer of a turn before its first word. */
import type { Message } from "../protocol/mod.ts";
import type { Transcript } from "./transcript.ts";
import type { QueuedTurn } from "./turn-queue.ts";

export function toEmptyAnswer(
  { turnId, messageId, userSeq }: QueuedTurn,
  { transcript }: { transcript: Transcript },
): Message {
  const replyTo = transcript.at(userSeq)?.id;
  // Asked for again, an answer takes the place of the one there is.
  const replaces = replyTo === undefined ? undefined : transcript.answerTo(replyTo)?.id;
  const metadata = { turnId, ...(replyTo ? { replyTo } : {}), ...(replaces ? { replaces } : {}) };
  return { id: messageId, role: "assistant", metadata, parts: [] };
}
