/** Gives work a limited time, also work that does not listen to its signal. */
import type { Clock } from "./clock.ts";

export interface TimeoutOptions {
  timeoutMs: number;
  /** Ends the work early. */
  signal?: AbortSignal;
  clock: Clock;
}

/** @throws DOMException `TimeoutError` when the time is up, the outer signal's reason when that aborts first. */
export async function withTimeout<Value>(
  work: (signal: AbortSignal) => Promise<Value>,
  { timeoutMs, signal, clock }: TimeoutOptions,
): Promise<Value> {
  signal?.throwIfAborted();
  const deadline = new AbortController();
  const both = signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal;
  const takeBack = clock.schedule(
    timeoutMs,
    () => deadline.abort(new DOMException("Timed out", "TimeoutError")),
  );
  const stopped = Promise.withResolvers<never>();
  const onAbort = () => stopped.reject(both.reason);
  both.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work(both), stopped.promise]);
  } finally {
    takeBack();
    both.removeEventListener("abort", onAbort);
  }
}
