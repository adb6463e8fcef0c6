/** What a chat that goes on with an answer holds of it. */
import { isToolPart, type Message } from "../protocol.ts";
import type { ChatMessage } from "./chat-types.ts";

/**
 * As in the session, as far as the chat has heard: a decision taken in the chat is not known to have arrived, and a text
 * whose beginning this stream does not tell cannot grow in it.
 */
export function toHeldMessage(answer: Message, { parts }: ChatMessage): Message {
  const decided = new Set(
    parts.flatMap(({ state, toolCallId }) => state === "approval-responded" ? [toolCallId] : []),
  );
  return {
    ...answer,
    parts: answer.parts.slice(0, parts.length).map((part) => {
      if (isToolPart(part)) {
        return decided.has(part.toolCallId) ? { ...part, state: "approval-requested" } : part;
      }
      const isSpeech = part.type === "text" || part.type === "reasoning";
      return isSpeech && part.state === "streaming" ? { ...part, state: "done" } : part;
    }),
  };
}
