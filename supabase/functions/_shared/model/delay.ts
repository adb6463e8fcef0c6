/** Waits by the injected clock. @throws the signal's reason when it aborts first. */
import type { Clock } from "../base/clock.ts";

export function delay(ms: number, { clock, signal }: { clock: Clock; signal: AbortSignal }): Promise<void> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      takeBack();
      reject(signal.reason);
    };
    const takeBack = clock.schedule(ms, () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
