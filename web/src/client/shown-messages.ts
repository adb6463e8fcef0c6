/** The messages of a transcript as a person should see them: an answer that was regenerated gives way to the new one. */
import type { Message } from "./protocol.ts";
import { EMPTY_TRANSCRIPT, type Transcript, withMessage } from "./transcript.ts";

export function shownMessagesOf({ entries }: Transcript): readonly Message[] {
  const messages = entries.map((entry) => entry.draft.message);
  const replaced = new Set(messages.flatMap(({ metadata }) => metadata?.replaces ?? []));
  return replaced.size === 0 ? messages : messages.filter(({ id }) => !replaced.has(id));
}

/** The messages of an event log read from the database, oldest first. */
export function messagesOfLog(items: readonly { seq: number; message: Message }[]): readonly Message[] {
  const transcript = items.reduce(
    (held, { seq, message }) => withMessage(held, { type: "message", epoch: 0, seq, message }),
    EMPTY_TRANSCRIPT,
  );
  return shownMessagesOf(transcript);
}
