/** Tokens that say when they were made, so that a reader on the same machine can tell how long they were on their way. */

const MARK = "@";
/** Microseconds since this moment fit into a token of ordinary length. */
const DAY_MS = 86_400_000;
const MICROSECONDS = 1_000;

/** The machine's wall clock in milliseconds, finer than `Date.now()`; the same in all processes. */
export function wallClock(): number {
  return performance.timeOrigin + performance.now();
}

export function toStamp(atMs: number): string {
  return MARK + Math.round((atMs % DAY_MS) * MICROSECONDS).toString(36);
}

/** How long ago the stamp was made, in milliseconds. */
export function ageOf(stamp: string, nowMs: number): number {
  const madeAt = parseInt(stamp, 36) / MICROSECONDS;
  const age = (nowMs % DAY_MS) - madeAt;
  return age < -DAY_MS / 2 ? age + DAY_MS : age;
}

/** Finds the stamps of a provider's event, of a frame, or of several of them; the first group is what `ageOf()` reads. */
export const STAMPS = new RegExp(`" ${MARK}([0-9a-z]+)"`, "g");
