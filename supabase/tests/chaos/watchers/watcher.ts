/** Somebody who sees a session, by whatever way: what they end up with is compared to the log. */
import type { Message } from "../../../functions/_shared/protocol/mod.ts";

export interface Watcher {
  readonly name: string;
  messages(): readonly Message[];
  /** Loses its memory as a reload of the page does. */
  reload(): void;
  /** Presses "reconnect" where the wait for the next attempt is long. */
  hurry(): void;
  /** How it is connected, for findings. */
  describe(): string;
  /** Goes away without ending the session. */
  detach(): void;
}
