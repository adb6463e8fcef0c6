/** Ctrl-C: once stops the answer, twice leaves. */

/** A terminal and npm may both pass on one press. */
const SAME_PRESS_MS = 250;
const SECOND_PRESS_MS = 2_000;

export interface InterruptActions {
  now(): number;
  /** Stops what runs; `false` when nothing did. */
  cancel(): boolean;
  hint(): void;
  leave(): void;
}

/** Returns what to call at each signal. */
export function createInterrupts({ now, cancel, hint, leave }: InterruptActions): () => void {
  let lastAt = -Infinity;
  return () => {
    const sinceLast = now() - lastAt;
    if (sinceLast < SAME_PRESS_MS) return;
    lastAt = now();
    if (sinceLast < SECOND_PRESS_MS) return leave();
    if (!cancel()) hint();
  };
}
