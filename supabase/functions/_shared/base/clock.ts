/** The port to time. `now` is the wall clock for people; order and deadlines use `monotonic`. Both in milliseconds. */
export interface Clock {
  now(): number;
  monotonic(): number;
  /** Runs once after `afterMs`; the returned function takes it back. */
  schedule(afterMs: number, run: () => void): () => void;
}
