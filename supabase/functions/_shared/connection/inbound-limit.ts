/** How fast a client may send, and when one that does not care is flooding. */
import { RateLimit } from "./rate-limit.ts";

const FRAME_RATE = { capacity: 60, refillPerSecond: 30 };
/** A client that has this many frames ignored is flooding; forgiven slowly. */
const DROPPED_RATE = { capacity: 300, refillPerSecond: 10 };
/** A client that is told so is not told again at once. */
export const RATE_NOTICE_MS = 1_000;

/** `noticed`: ignored, and the client should hear why. `flooded`: said once, the connection has to be closed. */
export type Admission = "taken" | "noticed" | "ignored" | "flooded";

export class InboundLimit {
  readonly #frames: RateLimit;
  readonly #dropped: RateLimit;
  #noticedAt = -Infinity;
  #isFlooding = false;

  constructor(now: number) {
    this.#frames = new RateLimit(FRAME_RATE, now);
    this.#dropped = new RateLimit(DROPPED_RATE, now);
  }

  /** Judges one frame that arrived `now`, on a clock that never goes back. */
  admit(now: number): Admission {
    if (this.#isFlooding) return "ignored";
    if (this.#frames.take(now)) return "taken";
    if (!this.#dropped.take(now)) {
      this.#isFlooding = true;
      return "flooded";
    }
    if (now - this.#noticedAt < RATE_NOTICE_MS) return "ignored";
    this.#noticedAt = now;
    return "noticed";
  }
}
