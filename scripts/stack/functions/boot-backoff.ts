/** How long to wait before a function that keeps failing is started again. */

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 5_000;

/** The first failure costs nothing, so that a worker killed once is replaced at once. */
export function bootDelayMs(failuresInARow: number): number {
  if (failuresInARow < 2) return 0;
  return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (failuresInARow - 2));
}
