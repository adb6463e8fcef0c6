/** The answer being written: keeps its chunks and builds the message from them when somebody needs it. */
import { applyChunk, type Chunk, type Draft, type Message } from "../protocol/mod.ts";

export interface OpenSpeech {
  kind: "text" | "reasoning";
  id: string;
}

type SpeechDelta = Extract<Chunk, { type: "text-delta" | "reasoning-delta" }>;

/** So many deltas are joined at a time. */
const JOINED_COUNT = 16;

export class Answer {
  #draft: Draft;
  #unapplied: Chunk[] = [];
  /** The last of them, while it grows. Chunks kept one by one would be most of what a worker holds. */
  #growing: SpeechDelta | null = null;
  #pieces: string[] = [];
  #textLength = 0;

  constructor(start: Draft) {
    this.#draft = start;
  }

  record(chunks: readonly Chunk[]): void {
    for (const chunk of chunks) {
      if (chunk.type === "text-delta" || chunk.type === "reasoning-delta") this.#grow(chunk);
      else this.#add(chunk, null);
    }
  }

  #grow(chunk: SpeechDelta): void {
    const { type, id, delta } = chunk;
    this.#textLength += delta.length;
    if (this.#growing?.type !== type || this.#growing.id !== id) {
      const growing = { ...chunk };
      return this.#add(growing, growing);
    }
    this.#pieces.push(delta);
    if (this.#pieces.length === JOINED_COUNT) this.#join();
  }

  #add(chunk: Chunk, growing: SpeechDelta | null): void {
    this.#join();
    this.#growing = growing;
    this.#unapplied.push(chunk);
  }

  #join(): void {
    if (this.#growing) this.#growing.delta += this.#pieces.join("");
    this.#pieces = [];
  }

  /** Characters spoken since the start of this run of the turn. */
  get spokenLength(): number {
    return this.#textLength;
  }

  draft(): Draft {
    this.#join();
    this.#growing = null;
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
