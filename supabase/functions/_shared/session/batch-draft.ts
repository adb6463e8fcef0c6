/** A batch while it is being filled: what will be committed together, and who waits for it. */
import type { Chunk, Usage } from "../protocol/mod.ts";
import type { AppendBatch, ChunkRun, TurnChange } from "../store/session-store.ts";
import { addUsage } from "../turn/usage.ts";
import { chunkSize } from "./chunk-size.ts";
import { type ChunkPlace, toSessionEvent } from "./to-session-events.ts";

const ENDS: ReadonlySet<string> = new Set(["finish", "abort", "error"]);

export type BatchContent = Omit<AppendBatch, "sessionId" | "epoch" | "batchId" | "seqFrom" | "lastSeq">;

export class BatchDraft {
  readonly content: BatchContent = { events: [], chunkRuns: [], turns: [], acks: [] };
  readonly #committed = Promise.withResolvers<void>();
  #size = 0;
  #isEmpty = true;
  #isUrgent = false;

  constructor(readonly seqFrom: number) {
    // Most batches are not waited for; a lost lease must not surface as an unhandled rejection.
    this.#committed.promise.catch(() => {});
  }

  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** Somebody waits for it: more than speech is in it (K7). */
  get isUrgent(): boolean {
    return this.#isUrgent;
  }

  hurry(): void {
    this.#isUrgent = true;
  }

  /** Roughly the bytes of speech in it; facts are few. */
  get size(): number {
    return this.#size;
  }

  /** Resolves when the batch is durable, rejects when it never will be. */
  get committed(): Promise<void> {
    return this.#committed.promise;
  }

  add(change: Partial<BatchContent>): void {
    this.#isEmpty = false;
    this.#isUrgent = true;
    const { events = [], chunkRuns = [], turns = [], acks = [], usage, end, ...rest } = change;
    this.content.events.push(...events);
    this.content.chunkRuns.push(...chunkRuns);
    for (const turn of turns) this.#putTurn(turn);
    this.content.acks.push(...acks);
    if (usage) this.#addUsage(usage);
    if (end) this.#putEnd(end);
    Object.assign(this.content, rest);
  }

  addChunks(chunks: readonly Chunk[], place: ChunkPlace): void {
    this.#isEmpty = false;
    const run = this.#runAt(place);
    chunks.forEach((chunk, index) => {
      run.chunks.push(chunk);
      this.#size += chunkSize(chunk);
      const event = toSessionEvent(chunk, { ...place, seq: place.seq + index });
      if (event) this.content.events.push(event);
    });
  }

  #runAt({ seq, turnId, messageId }: ChunkPlace): ChunkRun {
    const last = this.content.chunkRuns.at(-1);
    if (last && last.turnId === turnId && last.seqFrom + last.chunks.length === seq && !isOver(last)) {
      return last;
    }
    const run: ChunkRun = { seqFrom: seq, turnId, messageId, chunks: [] };
    this.content.chunkRuns.push(run);
    return run;
  }

  /** Only the last state of a turn counts; a batch must not change the same row twice. */
  #putTurn(turn: TurnChange): void {
    const index = this.content.turns.findIndex(({ turnId }) => turnId === turn.turnId);
    if (index < 0) this.content.turns.push(turn);
    else this.content.turns[index] = turn;
  }

  /** An end that its user was promised is not made dependent on who is attached. */
  #putEnd(end: NonNullable<AppendBatch["end"]>): void {
    if (this.content.end?.onlyIfUnattached !== false) this.content.end = end;
  }

  #addUsage(usage: Usage): void {
    this.content.usage = this.content.usage ? addUsage(this.content.usage, usage) : usage;
  }

  resolve(): void {
    this.#committed.resolve();
  }

  reject(reason: unknown): void {
    this.#committed.reject(reason);
  }
}

/** What an answer says after a pause belongs to another stretch of its message: no row may reach into both (K9). */
function isOver({ chunks }: ChunkRun): boolean {
  return ENDS.has(chunks.at(-1)?.type ?? "");
}
