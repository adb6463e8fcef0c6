/** The machine's own time. */
import type { Clock } from "../base/clock.ts";
import { createMonotonic } from "./create-monotonic.ts";

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: createMonotonic({ wall: () => Date.now(), exact: () => performance.now() }),
  schedule(afterMs, run) {
    const timer = setTimeout(run, afterMs);
    return () => clearTimeout(timer);
  },
};
