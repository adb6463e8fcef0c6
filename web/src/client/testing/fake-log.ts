/** The log of a session as a database and a leader make it: what is durable, what is only said, who writes. */
import { type ActiveTurn, type Chunk, type Cursor, type Message, type SessionPage } from "../protocol.ts";
import { applyChunk, toDraft } from "../protocol.ts";
import type { Heard } from "../watch/merged-log.ts";

interface Stored {
  seq: number;
  seqTo: number;
  item: SessionPage["items"][number];
}

export class FakeLog {
  #epochs = [{ epoch: 1, start: 1 }];
  #stored: Stored[] = [];
  /** Said and not durable. */
  #speech: Chunk[] = [];
  #durableSeq = 0;
  #answer: { messageId: string; seq: number; chunks: Chunk[] } | null = null;
  /** Ids of the questions in line. */
  #unanswered: string[] = [];
  #wordCount = 0;
  #answerCount = 0;

  get epoch(): number {
    return this.#last.epoch;
  }

  get lastSeq(): number {
    return this.#durableSeq;
  }

  get isAnswering(): boolean {
    return this.#answer !== null;
  }

  get hasLine(): boolean {
    return this.#unanswered.length > 0;
  }

  /** A user message, which may fall into an answer being written. */
  say(text: string): Heard[] {
    const flushed = this.#commit([]);
    const seq = ++this.#durableSeq;
    const message: Message = { id: `user-${seq}`, role: "user", parts: [{ type: "text", text }] };
    this.#stored.push({ seq, seqTo: seq, item: { kind: "message", seq, seqTo: seq, message } });
    this.#unanswered.push(message.id);
    return [...flushed, { type: "message", ...this.#place, seq, seqTo: seq, message }];
  }

  begin(): Heard[] {
    const messageId = `answer-${++this.#answerCount}`;
    this.#answer = { messageId, seq: this.#durableSeq + 1, chunks: [] };
    const replyTo = this.#unanswered.shift();
    const messageMetadata = replyTo === undefined ? {} : { replyTo };
    return this.#commit([{ type: "start", messageId, messageMetadata }, { type: "text-start", id: "t" }]);
  }

  /** Words that are numbers, each said once: no text has one of them twice, or a smaller one after a greater. */
  speak(count: number): Heard[] {
    const words = Array.from({ length: count }, () => ({
      type: "text-delta" as const,
      id: "t",
      delta: `${++this.#wordCount} `,
    }));
    const seq = this.#durableSeq + this.#speech.length + 1;
    this.#speech.push(...words);
    return [this.#toChunks(seq, words)];
  }

  flush(): void {
    this.#commit([]);
  }

  finish({ isTooBig = false } = {}): Heard[] {
    const said = this.#commit([
      { type: "text-end", id: "t" },
      { type: "finish", messageMetadata: { status: "completed" } },
    ]);
    const { messageId, seq, chunks } = this.#required;
    const start: Message = { id: messageId, role: "assistant", parts: [] };
    const { message } = chunks.reduce(applyChunk, toDraft(start));
    const seqTo = this.#durableSeq;
    this.#stored = this.#stored.filter(({ item }) => item.kind !== "chunks" || item.messageId !== messageId);
    this.#stored.push({ seq, seqTo, item: { kind: "message", seq, seqTo, message } });
    this.#answer = null;
    return [...said, { type: "message", ...this.#place, seq, seqTo, message: isTooBig ? null : message }];
  }

  /** Another worker becomes the writer: what was not durable never was. */
  takeOver(): Heard[] {
    this.#speech = [];
    this.#epochs.push({ epoch: this.epoch + 1, start: this.#durableSeq + 1 });
    return [{ type: "session.rewound", ...this.#place, rewindTo: this.#durableSeq }];
  }

  mark(): Heard {
    return { type: "mark", epoch: this.epoch, seqTo: this.#durableSeq };
  }

  page({ cursor = null, afterSeq = 0, limit = Infinity }: {
    cursor?: Cursor | null;
    afterSeq?: number;
    limit?: number;
  } = {}): SessionPage {
    const kept = Math.min(
      ...this.#epochs.filter(({ epoch }) => epoch > (cursor?.epoch ?? 0)).map(({ start }) => start),
    ) - 1;
    const isRewind = cursor !== null && cursor.seq > kept;
    const from = cursor === null ? afterSeq : isRewind ? kept : cursor.seq;
    const after = this.#stored.filter(({ seqTo }) => seqTo > from).toSorted((left, right) =>
      left.seqTo - right.seqTo
    );
    const places = after.slice(0, limit);
    return {
      epoch: this.epoch,
      lastSeq: this.#durableSeq,
      resume: isRewind ? { kind: "rewind", rewindTo: kept } : { kind: "replay" },
      items: places.map(({ seq, item }) =>
        item.kind === "chunks" && seq <= from ? { ...item, skip: from - seq + 1 } : item
      ),
      nextSeq: places.length < after.length ? places.at(-1)?.seqTo ?? null : null,
      activeTurn: this.#activeTurn,
      status: "active",
      title: null,
      ending: null,
    };
  }

  get #last() {
    const last = this.#epochs.at(-1);
    if (!last) throw new Error("There is always a writer");
    return last;
  }

  get #activeTurn(): ActiveTurn | null {
    const messageId = this.#answer?.messageId ?? `answer-${this.#answerCount + 1}`;
    if (!this.isAnswering && !this.hasLine) return null;
    return { turnId: `turn-${messageId}`, messageId, status: this.isAnswering ? "running" : "queued" };
  }

  get #place() {
    return { epoch: this.#last.epoch, epochStart: this.#last.start };
  }

  get #required() {
    if (!this.#answer) throw new Error("Cannot go on: nothing is being answered");
    return this.#answer;
  }

  #toChunks(seq: number, chunks: Chunk[]): Extract<Heard, { type: "chunks" }> {
    const { messageId } = this.#required;
    const turnId = `turn-${messageId}`;
    return { type: "chunks", ...this.#place, seq, durableSeq: this.#durableSeq, turnId, messageId, chunks };
  }

  /** Makes the speech durable, and `promises` with it, which are told afterwards only (K7). */
  #commit(promises: Chunk[]): Heard[] {
    const chunks = [...this.#speech, ...promises];
    this.#speech = [];
    if (chunks.length === 0) return [];
    const { messageId } = this.#required;
    const seq = this.#durableSeq + 1;
    this.#durableSeq += chunks.length;
    this.#required.chunks.push(...chunks);
    const item = { kind: "chunks" as const, seq, turnId: `turn-${messageId}`, messageId, chunks };
    this.#stored.push({ seq, seqTo: this.#durableSeq, item });
    return promises.length === 0 ? [] : [this.#toChunks(this.#durableSeq - promises.length + 1, promises)];
  }
}
