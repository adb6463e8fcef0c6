/** The last chunks of an answer, as the server writes them. */
import { type Chunk, type Message, sentenceOf } from "../protocol.ts";
import type { ChatChunk } from "./chat-types.ts";

export type FinishReason = Extract<Chunk, { type: "finish" }>["finishReason"];

export function tellEnding(
  { metadata }: Message,
  { finishReason }: { finishReason: FinishReason },
): ChatChunk[] {
  const messageMetadata = metadata ?? {};
  switch (messageMetadata.status) {
    case "cancelled":
    case "interrupted":
      // Without this reason a chat that sends decisions automatically would send those of a stopped answer for ever.
      return [{ type: "finish", finishReason: "interrupted", messageMetadata }, {
        type: "abort",
        reason: messageMetadata.status,
      }];
    case "failed":
      return [{ type: "message-metadata", messageMetadata }, {
        type: "error",
        errorText: sentenceOf(messageMetadata.errorCode),
      }];
    default:
      return [{ type: "finish", ...(finishReason ? { finishReason } : {}), messageMetadata }];
  }
}

/** Nobody listens any longer to an answer that is open, if it has begun: nothing more is to be sent for it by itself. */
export function tellLeaving(message: Message | null): ChatChunk[] {
  if (!message) return [];
  return [{ type: "finish", finishReason: "interrupted", messageMetadata: message.metadata ?? {} }];
}
