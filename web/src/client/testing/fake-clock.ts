/** A clock that moves when a test says so. */
import type { Clock } from "../ports.ts";

export class FakeClock implements Clock {
  #now = 1_000_000;
  #timers: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  schedule(afterMs: number, run: () => void): () => void {
    const timer = { at: this.#now + afterMs, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Runs what is due in order, and everything it causes that needs no more time. */
  async advance(byMs: number): Promise<void> {
    const end = this.#now + byMs;
    await settle();
    for (let next = this.#earliest(); next && next.at <= end; next = this.#earliest()) {
      this.#now = next.at;
      this.#timers = this.#timers.filter((other) => other !== next);
      next.run();
      await settle();
    }
    this.#now = end;
  }

  #earliest() {
    return this.#timers.toSorted((left, right) => left.at - right.at)[0];
  }
}

/** Lets every promise that can settle without a timer settle. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
