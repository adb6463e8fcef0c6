/** A message as a row of the event log. */
import { type Message, textOf } from "../protocol/mod.ts";
import type { SessionEvent } from "../store/session-store.ts";

export function toMessageEvent(
  message: Message,
  { turnId, seqFrom, seqTo }: { turnId: string; seqFrom: number; seqTo: number },
): SessionEvent {
  return {
    seq: seqFrom,
    seqTo,
    eventType: message.role === "user" ? "user_message" : "assistant_message",
    role: message.role,
    content: textOf(message),
    data: { message, turnId },
  };
}
