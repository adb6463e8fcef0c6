/**
 * The leader's pen: gives every item its seq, has it committed under this epoch, and lets it be spoken when it may be
 * (K7: speech at once, everything else after its commit; always in order of seq).
 */
import type { Chunk, Frame } from "../protocol/mod.ts";
import type { AppendBatch, AppendOutcome } from "../store/session-store.ts";
import { TurnStop } from "../turn/turn-stop.ts";
import type { AppendLane, LaneMember, Taking } from "./append-lane.ts";
import { type BatchContent, BatchDraft } from "./batch-draft.ts";
import type { Clock } from "../base/clock.ts";
import { isSpeech } from "../protocol/mod.ts";

/** A frame with the last seq it carries. */
export interface SpokenFrame {
  frame: Frame;
  seqTo: number;
}

export interface LogWriterPorts {
  lane: AppendLane;
  clock: Clock;
  createId(): string;
  /** Takes frames in order of seq. */
  speak(spoken: SpokenFrame): void;
  isBusy(): boolean;
  onOutcome(outcome: Extract<AppendOutcome, { outcome: "ok" }>): void;
  onFenced(fence: Fence): void;
}

/** This worker does not lead any more: nothing above `rewindTo` was kept, and nothing above `spokenSeq` was spoken. */
export interface Fence {
  epoch: number;
  rewindTo: number;
  spokenSeq: number;
  /** The epoch under which this worker must not write again. */
  lostEpoch: number;
}

export interface LogWriterStart {
  sessionId: string;
  epoch: number;
  lastSeq: number;
  leaseMs: number;
}

interface Unspoken {
  seqTo: number;
  isSpeech: boolean;
  toFrame(durableSeq: number): Frame;
}

/** A batch grows no larger than this before the next one begins. */
const MAX_BATCH_BYTES = 256 * 1024;
/** With commits this late the writer stops taking speech, so that little can be lost (K2). */
const MAX_UNACKNOWLEDGED_MS = 2_000;
/** How far the clocks of a worker and of the database may run apart during one lease. */
const CLOCK_MARGIN_MS = 1_000;
export class LogWriter implements LaneMember {
  readonly sessionId: string;
  readonly epoch: number;
  readonly #ports: LogWriterPorts;
  readonly #leaseMs: number;
  readonly #marginMs: number;
  readonly #unspoken: Unspoken[] = [];
  #drafts: BatchDraft[];
  #inFlight: { draft: BatchDraft; batch: AppendBatch; sentAt: number } | null = null;
  #nextSeq: number;
  #durableSeq: number;
  #spokenSeq: number;
  #leaseUntil: number;
  #unacknowledgedSince: number | null = null;
  #isClosed = false;

  constructor(start: LogWriterStart, ports: LogWriterPorts) {
    this.sessionId = start.sessionId;
    this.epoch = start.epoch;
    this.#ports = ports;
    this.#leaseMs = start.leaseMs;
    this.#marginMs = marginOf(start.leaseMs);
    this.#nextSeq = start.lastSeq + 1;
    this.#durableSeq = start.lastSeq;
    this.#spokenSeq = start.lastSeq;
    this.#drafts = [new BatchDraft(this.#nextSeq)];
    this.#leaseUntil = ports.clock.monotonic() + start.leaseMs;
    ports.lane.join(start.sessionId, this);
  }

  get nextSeq(): number {
    return this.#nextSeq;
  }

  get isBusy(): boolean {
    return this.#ports.isBusy();
  }

  /** Writes facts without a place in the stream: acknowledgements, turn states, system events. Resolves when durable. */
  write(change: Partial<BatchContent>): Promise<void> {
    if (this.#isClosed) return Promise.reject(new TurnStop("abandoned"));
    const draft = this.#draft();
    draft.add(change);
    this.#request("now");
    return draft.committed;
  }

  /**
   * Writes chunks of an answer, and with them what has to be true at the same moment. Resolves when the next chunks are
   * welcome.
   */
  writeChunks(
    chunks: Chunk[],
    { turnId, messageId, change }: {
      turnId: string;
      messageId: string;
      change?: (seq: number) => Partial<BatchContent>;
    },
  ): Promise<void> {
    if (this.#isClosed) return Promise.reject(new TurnStop("abandoned"));
    const seq = this.#take(chunks.length);
    const draft = this.#draft();
    draft.addChunks(chunks, { seq, turnId, messageId });
    if (change) draft.add(change(seq));
    const spoken = chunks.every(isSpeech);
    if (!spoken) draft.hurry();
    this.#queue({
      seqTo: seq + chunks.length - 1,
      isSpeech: spoken,
      toFrame: (durableSeq) => ({
        type: "chunks",
        epoch: this.epoch,
        seq,
        durableSeq,
        turnId,
        messageId,
        chunks,
      }),
    });
    this.#request(spoken ? "soon" : "now");
    return spoken && !this.#isBehind() ? Promise.resolve() : draft.committed;
  }

  /** Writes one item that is not a chunk; `toItem` learns its seq. Resolves when durable. */
  writeItem(toItem: (seq: number) => { change: Partial<BatchContent>; frame: Frame }): Promise<void> {
    if (this.#isClosed) return Promise.reject(new TurnStop("abandoned"));
    const seq = this.#take(1);
    const { change, frame } = toItem(seq);
    const draft = this.#draft();
    draft.add(change);
    this.#queue({ seqTo: seq, isSpeech: false, toFrame: () => frame });
    this.#request("now");
    return draft.committed;
  }

  /** Resolves when everything written so far is durable. */
  flush(): Promise<void> {
    const last = this.#drafts.at(-1);
    if (last && !last.isEmpty) {
      last.hurry();
      this.#request("now");
      return last.committed;
    }
    return this.#drafts.at(-2)?.committed ?? this.#inFlight?.draft.committed ?? Promise.resolve();
  }

  /** Stops writing; whoever waits is told that the turn is abandoned. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#ports.lane.leave(this.sessionId, this);
    const reason = new TurnStop("abandoned");
    this.#inFlight?.draft.reject(reason);
    for (const draft of this.#drafts) draft.reject(reason);
  }

  takeBatch({ speech, renew }: Taking): { batch: AppendBatch; size: number } | null {
    const sentAt = this.#ports.clock.monotonic();
    if (this.#inFlight) {
      this.#inFlight.sentAt = sentAt;
      return { batch: this.#inFlight.batch, size: this.#inFlight.draft.size };
    }
    const first = this.#drafts[0];
    const next = this.#drafts[1];
    if (!first || !(renew || first.isUrgent || (speech && !first.isEmpty) || next)) return null;
    if (!next) this.#drafts.push(new BatchDraft(this.#nextSeq));
    this.#drafts.shift();
    const { sessionId, epoch } = this;
    const seqFrom = first.seqFrom;
    const lastSeq = (next?.seqFrom ?? this.#nextSeq) - 1;
    const batch = { sessionId, epoch, batchId: this.#ports.createId(), seqFrom, lastSeq, ...first.content };
    this.#inFlight = { draft: first, batch, sentAt };
    return { batch, size: first.size };
  }

  settle(outcome: AppendOutcome): void {
    const sent = this.#inFlight;
    if (!sent || this.#isClosed || outcome.outcome === "busy") return;
    if (outcome.outcome !== "ok") {
      // A gap cannot happen while this worker leads: treat it like a lost lease and read the log again.
      const fence = outcome.outcome === "fenced" ? outcome : { epoch: this.epoch, rewindTo: outcome.lastSeq };
      this.close();
      const { epoch, rewindTo } = fence;
      return this.#ports.onFenced({ epoch, rewindTo, spokenSeq: this.#spokenSeq, lostEpoch: this.epoch });
    }
    this.#inFlight = null;
    this.#durableSeq = sent.batch.lastSeq;
    this.#leaseUntil = sent.sentAt + this.#leaseMs;
    this.#unacknowledgedSince = this.#drafts.some((draft) => !draft.isEmpty)
      ? this.#ports.clock.monotonic()
      : null;
    this.#speak();
    sent.draft.resolve();
    this.#ports.onOutcome(outcome);
    if (this.#drafts.length > 1 || this.#drafts[0]?.isUrgent) this.#request("now");
    // In trouble the lane takes no request for now.
    if (!this.#drafts[0]?.isEmpty) this.#request("soon");
  }

  #take(count: number): number {
    const seq = this.#nextSeq;
    const current = this.#drafts.at(-1);
    if (current && current.size > MAX_BATCH_BYTES) this.#drafts.push(new BatchDraft(seq));
    this.#nextSeq += count;
    return seq;
  }

  #draft(): BatchDraft {
    return this.#drafts[this.#drafts.length - 1] as BatchDraft;
  }

  #request(urgency: "now" | "soon"): void {
    this.#unacknowledgedSince ??= this.#ports.clock.monotonic();
    this.#ports.lane.request(urgency);
  }

  #queue(unspoken: Unspoken): void {
    this.#unspoken.push(unspoken);
    this.#speak();
  }

  #speak(): void {
    if (this.#ports.clock.monotonic() >= this.#leaseUntil - this.#marginMs) return;
    for (let next = this.#unspoken[0]; next; next = this.#unspoken[0]) {
      if (!next.isSpeech && next.seqTo > this.#durableSeq) return;
      this.#unspoken.shift();
      this.#spokenSeq = next.seqTo;
      this.#ports.speak({ frame: next.toFrame(this.#durableSeq), seqTo: next.seqTo });
    }
  }

  #isBehind(): boolean {
    const since = this.#unacknowledgedSince;
    return since !== null && this.#ports.clock.monotonic() - since >= MAX_UNACKNOWLEDGED_MS;
  }
}

/**
 * The last part of a lease, in which this worker is silent (K2): the database renews a lease only once a tenth of it has
 * passed, and clocks run apart.
 */
function marginOf(leaseMs: number): number {
  return Math.min(leaseMs / 10 + CLOCK_MARGIN_MS, leaseMs / 2);
}
