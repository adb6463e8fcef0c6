/** What may happen to a worker's process as a whole: it can be stopped and go on later, or die without a word. */
import type { Clock } from "../../../functions/_shared/base/clock.ts";
import type { VirtualClock } from "./virtual-clock.ts";

const START = Date.UTC(2026, 0, 1);

export class Process {
  readonly clock: Clock;
  #state: "running" | "paused" | "dead" = "running";
  #held: (() => void)[] = [];
  readonly #onDeath: (() => void)[] = [];

  constructor(time: VirtualClock) {
    this.clock = {
      now: () => START + time.now(),
      monotonic: () => time.now(),
      schedule: (afterMs, run) => time.schedule(afterMs, () => this.enter(run)),
    };
  }

  get isDead(): boolean {
    return this.#state === "dead";
  }

  /** Everything that comes from outside, timers included, enters here: at once, after the pause, or never. */
  enter(run: () => void): void {
    if (this.#state === "running") run();
    else if (this.#state === "paused") this.#held.push(run);
  }

  onDeath(run: () => void): void {
    this.#onDeath.push(run);
  }

  pause(): void {
    if (this.#state === "running") this.#state = "paused";
  }

  /** A zombie does not know how long it was away until its next look at the clock. */
  wake(): void {
    if (this.#state !== "paused") return;
    this.#state = "running";
    const held = this.#held;
    this.#held = [];
    for (const run of held) run();
  }

  kill(): void {
    this.#state = "dead";
    this.#held = [];
    for (const run of this.#onDeath) run();
  }
}
