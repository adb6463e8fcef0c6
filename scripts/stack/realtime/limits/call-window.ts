/** Allows so many calls in a window of time that begins with the first of them. */

import type { Clock } from "../../functions/clock.ts";

export class CallWindow {
  readonly #options: { calls: number; windowMs: number; clock: Clock };
  #endsAt = -Infinity;
  #calls = 0;

  constructor(options: { calls: number; windowMs: number; clock: Clock }) {
    this.#options = options;
  }

  /** Counts a call; false when it is one too many. */
  take(): boolean {
    const { calls, windowMs, clock } = this.#options;
    if (clock.now() > this.#endsAt) {
      this.#endsAt = clock.now() + windowMs;
      this.#calls = 0;
    }
    if (this.#calls >= calls) return false;
    this.#calls += 1;
    return true;
  }
}
