/** What one session keeps in a tab's storage, which may be denied or full: that costs the shortcut, and nothing else. */
import type { KeyValueStorage } from "./ports.ts";
import type { DurableCommand } from "./protocol.ts";

/** The sessions whose transcripts are kept, the newest last. */
const KEPT_KEY = "parley.transcripts";
/** Enough to go to and fro between; the room is the application's. */
const KEPT_AT_MOST = 8;

export class SessionStore {
  readonly #storage: KeyValueStorage;
  readonly #sessionId: string;
  readonly #commandsKey: string;

  constructor(storage: KeyValueStorage, sessionId: string) {
    this.#storage = storage;
    this.#sessionId = sessionId;
    this.#commandsKey = `parley.commands.${sessionId}`;
  }

  readCommands(): unknown {
    return this.#read(this.#commandsKey);
  }

  readTranscript(): unknown {
    return this.#read(transcriptKeyOf(this.#sessionId));
  }

  saveCommands(commands: readonly DurableCommand[]): void {
    if (commands.length === 0) this.#remove(this.#commandsKey);
    else this.#write(this.#commandsKey, commands);
  }

  saveTranscript(transcript: object): void {
    if (this.#keptIds().at(-1) !== this.#sessionId) {
      const kept = [...this.#otherIds(), this.#sessionId];
      for (const id of kept.splice(0, kept.length - KEPT_AT_MOST)) this.#remove(transcriptKeyOf(id));
      if (!this.#write(KEPT_KEY, kept)) return;
    }
    this.#write(transcriptKeyOf(this.#sessionId), transcript);
  }

  forget(): void {
    this.#remove(this.#commandsKey);
    this.#remove(transcriptKeyOf(this.#sessionId));
    const others = this.#otherIds();
    if (others.length === 0) this.#remove(KEPT_KEY);
    else this.#write(KEPT_KEY, others);
  }

  /** Transcripts are with the server, commands nowhere else: the oldest transcripts make room for what does not fit. */
  #write(key: string, value: unknown): boolean {
    const text = JSON.stringify(value);
    if (this.#isWritten(key, text)) return true;
    return this.#keptIds().some((id) => {
      this.#remove(transcriptKeyOf(id));
      return this.#isWritten(key, text);
    });
  }

  #isWritten(key: string, text: string): boolean {
    try {
      this.#storage.setItem(key, text);
      return true;
    } catch {
      return false;
    }
  }

  #read(key: string): unknown {
    try {
      return JSON.parse(this.#storage.getItem(key) ?? "null");
    } catch {
      return null;
    }
  }

  #remove(key: string): void {
    try {
      this.#storage.removeItem(key);
    } catch {
      // What cannot be reached was not kept there either.
    }
  }

  #otherIds(): string[] {
    return this.#keptIds().filter((id) => id !== this.#sessionId);
  }

  #keptIds(): string[] {
    const ids = this.#read(KEPT_KEY);
    return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
  }
}

function transcriptKeyOf(sessionId: string): string {
  return `parley.transcript.${sessionId}`;
}
