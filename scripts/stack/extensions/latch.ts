/** A signal that is remembered until somebody waits for it. */

import type { Clock } from "../functions/clock.ts";

export interface Latch {
  set(): void;
  /** Resolves when set, at once when it was set since the last wait. */
  wait(): Promise<void>;
  /** Resolves when set or after `delayMs`, and leaves it set. */
  waitAtMost(delayMs: number, clock: Clock): Promise<void>;
}

export function createLatch(): Latch {
  let next = Promise.withResolvers<void>();
  return {
    set: () => next.resolve(),
    async wait() {
      await next.promise;
      next = Promise.withResolvers();
    },
    async waitAtMost(delayMs, clock) {
      const timeout = Promise.withResolvers<void>();
      const cancel = clock.setTimer(timeout.resolve, delayMs);
      await Promise.race([next.promise, timeout.promise]);
      cancel();
    },
  };
}
