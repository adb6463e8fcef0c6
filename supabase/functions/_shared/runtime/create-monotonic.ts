/** Time that only moves forwards, asked for several times with each token. */

export interface TimeSources {
  /** The wall clock in whole milliseconds: cheap to ask. */
  wall(): number;
  /** The monotonic clock: in Deno an op, which costs tens of times as much. */
  exact(): number;
}

/** At most a millisecond behind `exact`, which is asked again only when `wall` has moved, in whatever direction. */
export function createMonotonic({ wall, exact }: TimeSources): () => number {
  let askedAt = NaN;
  let time = 0;
  return () => {
    const now = wall();
    if (now !== askedAt) {
      askedAt = now;
      time = exact();
    }
    return time;
  };
}
