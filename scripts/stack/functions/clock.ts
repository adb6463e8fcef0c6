/** Time as the stack's life cycles see it, so that tests can hold it in their hands. */

export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** The time of day. */
  date(): Date;
  /** Returns a function that cancels. */
  setTimer(callback: () => void, delayMs: number): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
