/** Counts events against a limit as the platform does: by the mean of the last minute's whole seconds. */

import type { Clock } from "../../functions/clock.ts";

const WINDOW_SECONDS = 60;

export class RateCounter {
  readonly #clock: Clock;
  readonly #perSecond: number;
  #startedAt: number;
  /** Events by second since the start. */
  readonly #counts = new Map<number, number>();

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  add(count = 1): void {
    const second = this.#second();
    this.#counts.set(second, (this.#counts.get(second) ?? 0) + count);
    for (const old of this.#counts.keys()) if (old < second - WINDOW_SECONDS) this.#counts.delete(old);
  }

  /** Counts from now on. */
  reset(): void {
    this.#startedAt = this.#clock.now();
    this.#counts.clear();
  }

  /** Whether the mean, with `more` of now, is above the limit. A burst shorter than a second is free. */
  isExceeded(more = 0): boolean {
    return this.average() + more > this.#perSecond;
  }

  average(): number {
    const second = this.#second();
    const seconds = Math.min(second, WINDOW_SECONDS);
    let sum = 0;
    for (const [at, count] of this.#counts) if (at < second && at >= second - seconds) sum += count;
    return seconds === 0 ? 0 : sum / seconds;
  }

  #second(): number {
    return Math.floor((this.#clock.now() - this.#startedAt) / 1000);
  }
}
