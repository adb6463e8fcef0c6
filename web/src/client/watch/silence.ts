/** Notices that nothing is heard although something is being said (K18), and that a channel which lives is deaf. */
import type { Clock } from "../ports.ts";

const SILENT_MS = 2_000;
/** A tool may be at work for long: when the log has nothing new either, it is asked less and less often. */
const SILENT_AT_MOST_MS = 8_000;
/** So many reads in a row bring news of which the channel said nothing. */
const DEAF_AFTER = 3;

export interface SilenceOptions {
  clock: Clock;
  /** The log has to be read. */
  onSilent(): void;
  onDeaf(): void;
}

export class Silence {
  readonly #options: SilenceOptions;
  #isExpecting = false;
  #isAsking = false;
  #afterMs = SILENT_MS;
  #unheard = 0;
  #takeBack = () => {};

  constructor(options: SilenceOptions) {
    this.#options = options;
  }

  /** Whether something is being said. */
  expect(isExpecting: boolean): void {
    if (isExpecting === this.#isExpecting) return;
    this.#isExpecting = isExpecting;
    this.#afterMs = SILENT_MS;
    this.#start();
  }

  onHeard(): void {
    this.#unheard = 0;
    this.#isAsking = false;
    this.#afterMs = SILENT_MS;
    this.#start();
  }

  /** The log brought something that was not heard. */
  onRead(): void {
    if (!this.#isAsking) return;
    this.#isAsking = false;
    this.#afterMs = SILENT_MS;
    this.#start();
    if (++this.#unheard < DEAF_AFTER) return;
    this.#unheard = 0;
    this.#options.onDeaf();
  }

  #start(): void {
    this.#takeBack();
    if (!this.#isExpecting) return;
    this.#takeBack = this.#options.clock.schedule(this.#afterMs, () => {
      this.#afterMs = Math.min(SILENT_AT_MOST_MS, this.#afterMs * 2);
      this.#isAsking = true;
      this.#start();
      this.#options.onSilent();
    });
  }
}
