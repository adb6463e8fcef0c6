/** Random decisions that a seed determines. */

export interface Random {
  /** Evenly distributed in [0, 1). */
  next(): number;
  /** A whole number from 0 to `below` - 1. */
  below(below: number): number;
  pick<Value>(values: readonly Value[]): Value;
  /** Picks by weight. */
  weighted<Value extends { weight: number }>(values: readonly Value[]): Value;
  chance(probability: number): boolean;
  /** A source of its own, so that what one actor decides does not depend on how far the others are. */
  fork(name: string): Random;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  // Mulberry32: small, fast and good enough to choose faults.
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    pick: (values) => valueAt(values, below(values.length)),
    weighted(values) {
      const total = values.reduce((sum, { weight }) => sum + weight, 0);
      let rest = next() * total;
      return values.find(({ weight }) => (rest -= weight) < 0) ?? valueAt(values, values.length - 1);
    },
    chance: (probability) => next() < probability,
    fork: (name) => createRandom(hash(`${seed}/${name}`)),
  };
}

function valueAt<Value>(values: readonly Value[], index: number): Value {
  const value = values[index];
  if (value === undefined) throw new Error("Cannot pick from nothing");
  return value;
}

function hash(text: string): number {
  let hashed = 2166136261;
  for (const character of text) hashed = Math.imul(hashed ^ character.charCodeAt(0), 16777619);
  return hashed >>> 0;
}
