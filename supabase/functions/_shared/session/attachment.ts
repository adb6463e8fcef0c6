/** One listener's place in the stream: holds live frames back until its replay is through (R4). */
import type { Frame } from "../protocol/mod.ts";
import { type Listener, SharedFrame } from "./listener.ts";

/** What is said during one replay and held back, in UTF-16 units; beyond it the log has to tell it (R11). */
const MAX_HELD_SIZE = 64 * 1024;

interface Rewound {
  epoch: number;
  rewindTo: number;
}

export class Attachment {
  #held: SharedFrame[] | null = [];
  #heldSize = 0;
  /** The last seq of what was said during the replay and not held. */
  #missedSeq = 0;
  #rewound: Rewound | null = null;
  #spokenSeq = 0;

  constructor(readonly listener: Listener) {}

  /** Takes a live frame: sends it, or keeps it until the replay is through. */
  speak(shared: SharedFrame): void {
    if (this.#held === null) return this.#send(shared);
    this.#held.push(shared);
    this.#heldSize += shared.text.length;
    if (this.#heldSize > MAX_HELD_SIZE) this.#forget(shared.seqTo);
  }

  /**
   * Ends the replay: everything up to `replayedSeq` has been sent. Returns the seq after which it has to go on, once what
   * was said is durable, or `null` when the listener is up to date.
   */
  open(replayedSeq: number): number | null {
    const reachedSeq = this.#applyRewind(replayedSeq);
    if (this.#missedSeq > reachedSeq) {
      this.#forget(0);
      return reachedSeq;
    }
    const held = this.#held ?? [];
    this.#held = null;
    this.#spokenSeq = reachedSeq;
    for (const shared of held) this.#send(shared);
    return null;
  }

  rewind(rewound: Rewound): void {
    const { rewindTo } = rewound;
    if (this.#held !== null) {
      this.#held = this.#held.filter(({ seqTo }) => seqTo <= rewindTo);
      this.#missedSeq = Math.min(this.#missedSeq, rewindTo);
      this.#rewound = { ...rewound, rewindTo: Math.min(rewindTo, this.#rewound?.rewindTo ?? rewindTo) };
      return;
    }
    this.#spokenSeq = Math.min(this.#spokenSeq, rewindTo);
    this.listener.send({ type: "session.rewound", ...rewound });
  }

  /** What the listener held, or the replay has sent, may have been undone meanwhile (K2). */
  #applyRewind(replayedSeq: number): number {
    const rewound = this.#rewound;
    this.#rewound = null;
    if (!rewound || replayedSeq <= rewound.rewindTo) return replayedSeq;
    this.listener.send({ type: "session.rewound", ...rewound });
    return rewound.rewindTo;
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
