/** Calls back at each phase of one worker's life. */

import type { Clock } from "./clock.ts";
import { type LifecyclePhase, lifecyclePhase, msUntilNextPhase } from "./worker-lifecycle.ts";

/** Starts at age 0, now. A late timer reports every phase it slept through, in order. Returns a function that cancels. */
export function startLifecycleTimer(
  clock: Clock,
  options: { wallClockMs: number; onPhase: (phase: LifecyclePhase) => void },
): () => void {
  const startedAt = clock.now();
  const { wallClockMs, onPhase } = options;
  let reported = 0;
  let cancelTimer = () => {};

  function schedule(): void {
    const delayMs = msUntilNextPhase(reported, wallClockMs);
    if (delayMs === undefined) return;
    const dueAge = reported + delayMs;
    cancelTimer = clock.setTimer(() => {
      reported = dueAge;
      schedule();
      onPhase(lifecyclePhase(dueAge, wallClockMs));
    }, Math.max(0, startedAt + dueAge - clock.now()));
  }

  schedule();
  return () => cancelTimer();
}
