/** The answer being written: keeps its chunks and builds the message from them when somebody needs it. */
import { applyChunk, type Chunk, type Draft, type Message } from "../protocol/mod.ts";

export interface OpenSpeech {
  kind: "text" | "reasoning";
  id: string;
}

export class Answer {
  #draft: Draft;
  #unapplied: Chunk[] = [];
  #textLength = 0;

  constructor(start: Draft) {
    this.#draft = start;
  }

  record(chunks: readonly Chunk[]): void {
    for (const chunk of chunks) {
      this.#unapplied.push(chunk);
      if (chunk.type === "text-delta" || chunk.type === "reasoning-delta") {
        this.#textLength += chunk.delta.length;
      }
    }
  }

  /** Characters spoken since the start of this run of the turn. */
  get spokenLength(): number {
    return this.#textLength;
  }

  draft(): Draft {
    this.#draft = this.#unapplied.reduce(applyChunk, this.#draft);
    this.#unapplied = [];
    return this.#draft;
  }

  message(): Message {
    return this.draft().message;
  }

  /** The part of speech that has begun and not ended. */
  openSpeech(): OpenSpeech | null {
    const { message, openParts } = this.draft();
    const [id, index] = Object.entries(openParts).at(-1) ?? [];
    const kind = index === undefined ? undefined : message.parts[index]?.type;
    return id !== undefined && (kind === "text" || kind === "reasoning") ? { kind, id } : null;
  }
}
