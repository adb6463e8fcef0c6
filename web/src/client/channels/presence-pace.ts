/** Keeps changes of presence apart: Realtime closes a channel that makes more than five in 30 seconds. */
import type { Clock } from "../ports.ts";

const WINDOW_MS = 30_000;
/** One less than allowed, for clocks that run apart. */
const MAX_CHANGES = 4;

export class PresencePace {
  readonly #clock: Clock;
  readonly #change: () => void;
  #times: number[] = [];
  #takeBack: (() => void) | null = null;

  constructor(clock: Clock, change: () => void) {
    this.#clock = clock;
    this.#change = change;
  }

  /** Changes now, or once for all requests as soon as one more change is allowed. */
  request(): void {
    if (this.#takeBack) return;
    const now = this.#clock.now();
    this.#times = this.#times.filter((time) => time > now - WINDOW_MS);
    const [oldest] = this.#times;
    if (oldest !== undefined && this.#times.length >= MAX_CHANGES) {
      this.#takeBack = this.#clock.schedule(oldest + WINDOW_MS - now, () => {
        this.#takeBack = null;
        this.request();
      });
      return;
    }
    this.#times.push(now);
    this.#change();
  }

  stop(): void {
    this.#takeBack?.();
  }
}
