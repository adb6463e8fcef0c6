/** A token bucket: `capacity` at once, then `refillPerSecond`. */
export class RateLimit {
  #tokens: number;
  #refilledAt: number;

  constructor(readonly limit: { capacity: number; refillPerSecond: number }, nowMs: number) {
    this.#tokens = limit.capacity;
    this.#refilledAt = nowMs;
  }

  /** Takes one token if there is one. `nowMs` must not go back. */
  take(nowMs: number): boolean {
    const { capacity, refillPerSecond } = this.limit;
    this.#tokens = Math.min(capacity, this.#tokens + ((nowMs - this.#refilledAt) / 1000) * refillPerSecond);
    this.#refilledAt = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
