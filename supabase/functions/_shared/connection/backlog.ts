/** What all readers of a worker that are behind have waiting for them: one budget, one timer (R11). */
import type { Clock } from "../base/clock.ts";

/** Unsent frames of all sockets together; above it the reader with the most of them goes. */
const MAX_BACKLOG_SIZE = 4 * 1024 * 1024;
/** A WebSocket does not say when it has drained, so that it has to be asked: soon at first, then less and less often. */
const FIRST_LOOK_MS = 1;
const LAST_LOOK_MS = 50;

/** A reader that is behind. */
export interface Laggard {
  readonly heldSize: number;
  /** Sends what has room by now; true when the reader has read everything it was sent. */
  look(): boolean;
  sendAway(): void;
}

export class Backlog {
  readonly #clock: Clock;
  readonly #laggards = new Set<Laggard>();
  #size = 0;
  #lookMs = FIRST_LOOK_MS;
  #cancelTimer: (() => void) | null = null;

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  /** Unsent frames of all sockets, in UTF-16 units. */
  get size(): number {
    return this.#size;
  }

  join(laggard: Laggard): void {
    if (this.#laggards.has(laggard)) return;
    this.#laggards.add(laggard);
    this.#lookMs = FIRST_LOOK_MS;
    this.#cancelTimer?.();
    this.#schedule();
  }

  leave(laggard: Laggard): void {
    this.#laggards.delete(laggard);
  }

  /** Counts what a laggard holds more, or less, than before. */
  charge(size: number): void {
    this.#size += size;
    while (this.#size > MAX_BACKLOG_SIZE) {
      const worst = this.#worst();
      if (!worst) return;
      worst.sendAway();
      this.#laggards.delete(worst);
    }
  }

  #worst(): Laggard | undefined {
    return [...this.#laggards].reduce<Laggard | undefined>(
      (worst, laggard) => laggard.heldSize > (worst?.heldSize ?? 0) ? laggard : worst,
      undefined,
    );
  }

  #schedule(): void {
    this.#cancelTimer = this.#clock.schedule(this.#lookMs, () => this.#look());
  }

  #look(): void {
    this.#cancelTimer = null;
    let hasDrained = false;
    for (const laggard of [...this.#laggards]) hasDrained = laggard.look() || hasDrained;
    if (this.#laggards.size === 0 || this.#cancelTimer) return;
    this.#lookMs = hasDrained ? FIRST_LOOK_MS : Math.min(this.#lookMs * 2, LAST_LOOK_MS);
    this.#schedule();
  }
}
