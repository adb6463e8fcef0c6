/** How long to wait before the next attempt to connect. */

const BASE_MS = 500;
const LONGEST_MS = 30_000;

/**
 * Full jitter in the upper half: doubles with each attempt, spread so that the clients of a worker that died do not
 * return together. `attempt` counts from 1.
 */
export function backoffMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(LONGEST_MS, BASE_MS * 2 ** (attempt - 1));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}
