/** A clock that stands still until it is moved. */

import type { Clock } from "../clock.ts";

export interface FakeClock extends Clock {
  /** Runs what becomes due on the way, in order. */
  advance(ms: number): void;
}

export function createFakeClock(): FakeClock {
  let now = 0;
  let timers: { at: number; callback: () => void }[] = [];
  return {
    now: () => now,
    date: () => new Date(now),
    setTimer(callback, delayMs) {
      const timer = { at: now + delayMs, callback };
      timers.push(timer);
      return () => timers = timers.filter((other) => other !== timer);
    },
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const next = timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        timers = timers.filter((timer) => timer !== next);
        now = Math.max(now, next.at);
        next.callback();
      }
      now = until;
    },
  };
}
