/** One listener's place in the stream: holds live frames back until its replay is through (R4). */
import type { Frame } from "../protocol/mod.ts";
import { type Listener, SharedFrame } from "./listener.ts";

/** Frames held during one replay; a client that is so far behind starts again from its cursor. */
const MAX_HELD_FRAMES = 20_000;

export class Attachment {
  #held: SharedFrame[] | null = [];
  #spokenSeq = 0;

  constructor(readonly listener: Listener) {}

  /** Takes a live frame: sends it, or keeps it until the replay is through. */
  speak(shared: SharedFrame): void {
    if (this.#held === null) return this.#send(shared);
    if (this.#held.length >= MAX_HELD_FRAMES) return this.listener.close("slowReader");
    this.#held.push(shared);
  }

  /** Ends the replay: everything up to `replayedSeq` has been sent. */
  open(replayedSeq: number): void {
    const held = this.#held ?? [];
    this.#held = null;
    this.#spokenSeq = replayedSeq;
    for (const shared of held) this.#send(shared);
  }

  rewind({ epoch, rewindTo }: { epoch: number; rewindTo: number }): void {
    if (this.#held !== null) {
      this.#held = this.#held.filter(({ seqTo }) => seqTo <= rewindTo);
      return;
    }
    this.#spokenSeq = Math.min(this.#spokenSeq, rewindTo);
    this.listener.send({ type: "session.rewound", epoch, rewindTo });
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
