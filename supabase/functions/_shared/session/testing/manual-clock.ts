/** A clock that moves when the test says so. */
import type { Clock } from "../../base/clock.ts";

interface Timer {
  dueAt: number;
  run(): void;
}

export interface ManualClock extends Clock {
  /** Moves time forward, running what falls due, in order. Lets pending promises settle after each timer. */
  advance(ms: number): Promise<void>;
}

export interface ManualClockOptions {
  startAt?: number;
  /** Lets everything that waits on promises only come to rest. */
  settle?: () => Promise<void>;
}

/** The default of `settle`. A timer's task: never too early, but a millisecond of real time each. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

export function createManualClock(options: ManualClockOptions = {}): ManualClock {
  const { startAt = 1_700_000_000_000, settle: rest = settle } = options;
  let elapsed = 0;
  let timers: Timer[] = [];

  return {
    now: () => startAt + elapsed,
    monotonic: () => elapsed,
    schedule(afterMs, run) {
      const timer = { dueAt: elapsed + afterMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    async advance(ms) {
      const until = elapsed + ms;
      await rest();
      for (;;) {
        const due = timers.filter((timer) => timer.dueAt <= until).sort((a, b) => a.dueAt - b.dueAt)[0];
        if (!due) break;
        timers = timers.filter((other) => other !== due);
        elapsed = Math.max(elapsed, due.dueAt);
        due.run();
        await rest();
      }
      elapsed = until;
    },
  };
}
