/** Counts the promises a function passed to `EdgeRuntime.waitUntil`. */

export interface PendingPromises {
  readonly count: () => number;
  /** Gives back what it got, as the platform does; only real promises count. */
  readonly waitUntil: <T>(value: T) => T;
}

export function createPendingPromises(
  options: { onIdle: () => void; onRejected: (reason: unknown) => void },
): PendingPromises {
  let pending = 0;

  function settle(): void {
    pending -= 1;
    if (pending === 0) options.onIdle();
  }

  return {
    count: () => pending,
    waitUntil(value) {
      if (value instanceof Promise) {
        pending += 1;
        value.catch(options.onRejected).then(settle);
      }
      return value;
    },
  };
}
