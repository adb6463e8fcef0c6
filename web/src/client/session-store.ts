/** What one session keeps in a tab's storage, which may be denied or full: that costs the shortcut, and nothing else. */
import type { KeyValueStorage } from "./ports.ts";
import type { DurableCommand } from "./protocol.ts";
import type { RefusedMessage } from "./session-state.ts";

/** The sessions whose transcripts are kept, the newest last. */
const KEPT_KEY = "parley.transcripts";
/** Enough to go to and fro between; the room is the application's. */
const KEPT_AT_MOST = 8;

export class SessionStore {
  readonly #storage: KeyValueStorage;
  readonly #sessionId: string;
  readonly #commandsKey: string;
  readonly #refusedKey: string;

  constructor(storage: KeyValueStorage, sessionId: string) {
    this.#storage = storage;
    this.#sessionId = sessionId;
    this.#commandsKey = `parley.commands.${sessionId}`;
    this.#refusedKey = `parley.refused.${sessionId}`;
    this.#takeOver(`parley.session.${sessionId}`);
  }

  readCommands(): unknown {
    return this.#read(this.#commandsKey);
  }

  readRefused(): unknown {
    return this.#read(this.#refusedKey);
  }

  readTranscript(): unknown {
    return this.#read(transcriptKeyOf(this.#sessionId));
  }

  saveCommands(commands: readonly DurableCommand[]): void {
    this.#saveList(this.#commandsKey, commands);
  }

  saveRefused(refused: readonly RefusedMessage[]): void {
    this.#saveList(this.#refusedKey, refused);
  }

  saveTranscript(transcript: object): void {
    if (this.#keptIds().at(-1) !== this.#sessionId) {
      const kept = [...this.#otherIds(), this.#sessionId];
      for (const id of kept.splice(0, kept.length - KEPT_AT_MOST)) this.#remove(transcriptKeyOf(id));
      if (!this.#write(KEPT_KEY, kept)) return;
    }
    this.#write(transcriptKeyOf(this.#sessionId), transcript);
  }

  forgetTranscript(): void {
    this.#remove(transcriptKeyOf(this.#sessionId));
    this.#saveList(KEPT_KEY, this.#otherIds());
  }

  forget(): void {
    this.#remove(this.#commandsKey);
    this.#remove(this.#refusedKey);
    this.forgetTranscript();
  }

  /** A tab outlives a deployment: of what an older build kept, the commands are nowhere else. */
  #takeOver(olderKey: string): void {
    const older = this.#read(olderKey) as { commands?: unknown } | null;
    // First, for there may be room for one of them only.
    this.#remove(olderKey);
    const commands = toList(older?.commands);
    if (commands.length > 0) this.#write(this.#commandsKey, [...commands, ...toList(this.readCommands())]);
  }

  #saveList(key: string, list: readonly unknown[]): void {
    if (list.length === 0) this.#remove(key);
    else this.#write(key, list);
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
    return toList(this.#read(KEPT_KEY)).filter((id) => typeof id === "string");
  }
}

function toList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function transcriptKeyOf(sessionId: string): string {
  return `parley.transcript.${sessionId}`;
}
