/**
 * Makes clearImmediate() keep its word for npm packages: Deno 2.1 runs an immediate that was cleared in the same
 * tick, on which the Postgres client throws, where nobody can catch it, when a connection is lost while it is made.
 */

import { clearImmediate, setImmediate } from "node:timers";

type Immediate = ReturnType<typeof setImmediate>;

const cleared = new WeakSet<Immediate>();
let isMended = false;

/** Call before the first connection; a second call does nothing. */
export function mendImmediates(): void {
  if (isMended) return;
  isMended = true;
  Object.assign(globalThis, {
    setImmediate(callback: (...values: unknown[]) => void, ...values: unknown[]): Immediate {
      const immediate = setImmediate(() => {
        if (!cleared.has(immediate)) callback(...values);
      });
      return immediate;
    },
    clearImmediate(immediate: Immediate | null | undefined): void {
      if (!immediate) return;
      cleared.add(immediate);
      clearImmediate(immediate);
    },
  });
}
