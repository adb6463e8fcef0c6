/** One listener's place in the stream: holds live frames back until its replay is through (R4). */
import type { Frame } from "../protocol/mod.ts";
import { type Listener, SharedFrame } from "./listener.ts";

/** What is said during one replay and held back, in UTF-16 units; beyond it the log has to tell it (R11). */
const MAX_HELD_SIZE = 64 * 1024;

/** Under `epoch`, nothing above `rewindTo` counts that was said under `lostEpoch` or an earlier one. */
export interface Rewind {
  epoch: number;
  rewindTo: number;
  lostEpoch: number;
}

export class Attachment {
  #held: SharedFrame[] | null = [];
  #heldSize = 0;
  /** The last seq of what was said during the replay and not held. */
  #missedSeq = 0;
  #rewinds: Rewind[] = [];
  #onReplayed: (() => void)[] = [];
  /** What the listener holds is right for this epoch. */
  #epoch = 0;
  #spokenSeq: number;

  /** `heldSeq` is the last seq that the listener says it holds. */
  constructor(readonly listener: Listener, heldSeq: number) {
    this.#spokenSeq = heldSeq;
  }

  /** The last seq that the listener may hold. */
  get heardSeq(): number {
    return this.#spokenSeq;
  }

  /** Takes a live frame: sends it, or keeps it until the replay is through. */
  speak(shared: SharedFrame): void {
    if (this.#held === null) return this.#send(shared);
    this.#held.push(shared);
    this.#heldSize += shared.text.length;
    if (this.#heldSize > MAX_HELD_SIZE) this.#forget(shared.seqTo);
  }

  /**
   * Ends the replay: everything up to `replayedSeq` has been sent, and the cursor was judged by `epoch`. Returns the seq
   * after which it has to go on, once what was said is durable, or `null` when the listener is up to date.
   */
  open({ replayedSeq, epoch = this.#epoch }: { replayedSeq: number; epoch?: number }): number | null {
    this.#epoch = epoch;
    const reachedSeq = this.#rewinds.reduce((reached, rewind) => this.#undo(reached, rewind), replayedSeq);
    this.#rewinds = [];
    this.#spokenSeq = reachedSeq;
    if (this.#missedSeq > reachedSeq) {
      this.#forget(0);
      return reachedSeq;
    }
    const held = this.#held ?? [];
    this.#held = null;
    for (const shared of held) this.#send(shared);
    const waiting = this.#onReplayed;
    this.#onReplayed = [];
    for (const run of waiting) run();
    return null;
  }

  /** Runs something at once, or as soon as the replay is through. */
  afterReplay(run: () => void): void {
    if (this.#held === null) run();
    else this.#onReplayed.push(run);
  }

  rewind(rewind: Rewind): void {
    const { epoch, rewindTo, lostEpoch } = rewind;
    if (this.#held !== null) {
      this.#rewinds.push(rewind);
      this.#held = this.#held.filter(({ seqTo }) => seqTo <= rewindTo);
      this.#missedSeq = Math.min(this.#missedSeq, rewindTo);
      return;
    }
    // Its replay told it later words: the log knew of them before whoever tails it here.
    if (this.#epoch > lostEpoch) return;
    this.#epoch = epoch;
    this.#spokenSeq = Math.min(this.#spokenSeq, rewindTo);
    this.listener.send({ type: "session.rewound", epoch, rewindTo });
  }

  /** What the listener brought along may have been undone during the replay (K2, K3). */
  #undo(reachedSeq: number, { epoch, rewindTo, lostEpoch }: Rewind): number {
    if (this.#epoch > lostEpoch) return reachedSeq;
    this.#epoch = epoch;
    if (reachedSeq <= rewindTo) return reachedSeq;
    this.listener.send({ type: "session.rewound", epoch, rewindTo });
    return rewindTo;
  }

  #forget(missedSeq: number): void {
    this.#held = [];
    this.#heldSize = 0;
    this.#missedSeq = missedSeq;
  }

  #send(shared: SharedFrame): void {
    if (shared.seqTo <= this.#spokenSeq) return;
    const rest = cut(shared, this.#spokenSeq);
    this.#spokenSeq = shared.seqTo;
    this.listener.speak(rest);
  }
}

/** Drops the chunks of a frame that the listener has from its replay. */
function cut(shared: SharedFrame, afterSeq: number): SharedFrame {
  const { frame, seqTo, encode } = shared;
  if (frame.type !== "chunks" || frame.seq > afterSeq) return shared;
  const seq = afterSeq + 1;
  const rest: Frame = { ...frame, seq, chunks: frame.chunks.slice(seq - frame.seq) };
  return new SharedFrame(rest, seqTo, encode);
}
