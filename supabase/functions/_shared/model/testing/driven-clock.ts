/** A manual clock that moves by itself while a promise is waited for, so that a test waits for the work and not for the time. */
import { createManualClock, type ManualClock, settle } from "../../session/testing/manual-clock.ts";

export interface DrivenClock extends ManualClock {
  /** Moves on to the next timer, again and again, until the promise is settled. */
  drive<Value>(promise: Promise<Value>): Promise<Value>;
  /** Timers that have neither run nor been taken back. */
  readonly pendingCount: number;
}

export function createDrivenClock(): DrivenClock {
  const clock = createManualClock();
  const pending = new Set<{ dueAtMs: number }>();

  return {
    ...clock,
    schedule(afterMs, run) {
      const timer = { dueAtMs: clock.monotonic() + afterMs };
      pending.add(timer);
      const takeBack = clock.schedule(afterMs, () => {
        pending.delete(timer);
        run();
      });
      return () => {
        pending.delete(timer);
        takeBack();
      };
    },
    async drive(promise) {
      let isSettled = false;
      const settled = promise.finally(() => isSettled = true);
      settled.catch(() => {});
      while (true) {
        await settle();
        if (isSettled) return settled;
        const nextAtMs = Math.min(...[...pending].map(({ dueAtMs }) => dueAtMs));
        if (nextAtMs < Infinity) await clock.advance(nextAtMs - clock.monotonic());
      }
    },
    get pendingCount() {
      return pending.size;
    },
  };
}
