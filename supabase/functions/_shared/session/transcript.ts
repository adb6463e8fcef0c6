/** The messages of a session in the order of the conversation: each answer stands behind the message it answers. */
import type { Message } from "../protocol/mod.ts";

interface Entry {
  seq: number;
  message: Message;
}

export class Transcript {
  readonly #entries: Entry[] = [];

  /** Adds a message, or replaces the one with the same id or the one it was asked to replace. */
  put(message: Message, seq: number): void {
    const { replaces, replyTo } = message.metadata ?? {};
    const known = this.#entries.findIndex((entry) =>
      entry.message.id === message.id || entry.message.id === replaces
    );
    const existing = this.#entries[known];
    if (existing) {
      this.#entries[known] = { seq: existing.seq, message };
      return;
    }
    // Messages that were queued while an answer was written come before that answer in the log, not in the conversation.
    const asked = this.#entries.findIndex((entry) => entry.message.id === replyTo);
    if (asked < 0) this.#entries.push({ seq, message });
    else this.#entries.splice(asked + 1, 0, { seq, message });
  }

  find(messageId: string): Message | undefined {
    return this.#entries.find((entry) => entry.message.id === messageId)?.message;
  }

  at(seq: number): Message | undefined {
    return this.#entries.find((entry) => entry.seq === seq)?.message;
  }

  answerTo(messageId: string): Message | undefined {
    return this.#entries.find((entry) => entry.message.metadata?.replyTo === messageId)?.message;
  }

  seqOf(messageId: string): number | undefined {
    return this.#entries.find((entry) => entry.message.id === messageId)?.seq;
  }

  last(): Message | undefined {
    return this.#entries.at(-1)?.message;
  }

  /** The whole conversation. */
  messages(): Message[] {
    return this.#entries.map((entry) => entry.message);
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Everything up to and with a message: what the model sees when it answers it. */
  upTo(messageId: string): Message[] {
    const index = this.#entries.findIndex((entry) => entry.message.id === messageId);
    return this.#entries.slice(0, index + 1).map((entry) => entry.message);
  }
}
