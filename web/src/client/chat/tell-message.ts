/**
 * Turns the growth of a message into chunks. It compares what a chat holds with what the session holds, so it does not
 * matter how the session came by it: chunk by chunk, as a whole after a reconnect, or after a rewind.
 */
import type { Message, MessagePart } from "../protocol.ts";
import type { ChatChunk } from "./chat-types.ts";
import { tellPart } from "./tell-part.ts";

export interface Telling {
  chunks: readonly ChatChunk[];
  /** What the chat holds after them. */
  told: Message;
}

/**
 * While an answer is being written, a chat that holds more than there is hears nothing: what was rewound is mostly told
 * again alike. Text that came back different costs its step a `reset-step`.
 *
 * @returns `null` when an earlier step is different: a chat can only be told the whole answer again.
 */
export function tellMessage(
  told: Message,
  { message, isOver }: { message: Message; isOver: boolean },
): Telling | null {
  const grown = tellParts(told.parts, { parts: message.parts, isOver });
  if (grown) return toTelling(grown, message);

  const kept = told.parts.slice(0, told.parts.findLastIndex((part) => part.type === "step-start") + 1);
  if (kept.length > message.parts.length) return null;
  const stable = tellParts(kept, { parts: message.parts.slice(0, kept.length), isOver: true });
  const retold = tellParts(kept, { parts: message.parts, isOver: true });
  if (!retold || stable?.chunks.length !== 0) return null;
  return toTelling({ ...retold, chunks: [{ type: "reset-step" }, ...retold.chunks] }, message);
}

interface ToldParts {
  chunks: readonly ChatChunk[];
  parts: MessagePart[];
}

function toTelling({ chunks, parts }: ToldParts, { id, role, metadata }: Message): Telling {
  return { chunks, told: { id, role, metadata, parts } };
}

function tellParts(
  told: readonly MessagePart[],
  { parts, isOver }: { parts: readonly MessagePart[]; isOver: boolean },
): ToldParts | null {
  if (isOver && parts.length < told.length) return null;
  const chunks: ChatChunk[] = [];
  const held = [...told];
  for (const [index, part] of parts.entries()) {
    const telling = tellPart(told[index], { part, partId: String(index) });
    if (telling === "other") return null;
    if (telling === "behind") {
      const isNewest = index === parts.length - 1;
      if (isOver || !isNewest) return null;
      break;
    }
    chunks.push(...telling);
    held[index] = part;
  }
  return { chunks, parts: held };
}
