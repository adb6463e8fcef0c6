/** Waits for something to be true of a session. */
import type { SessionClient } from "../session-client.ts";
import type { SessionState } from "../session-state.ts";

/** Resolves with the first result of `select` that is not `null`; with `null` when `signal` aborts before. */
export function whenState<Result>(
  session: SessionClient,
  { select, signal }: { select(state: SessionState): Result | null; signal?: AbortSignal },
): Promise<Result | null> {
  return new Promise((resolve) => {
    const finish = (result: Result | null) => {
      unsubscribe();
      signal?.removeEventListener("abort", onAbort);
      resolve(result);
    };
    const onAbort = () => finish(null);
    const check = () => {
      const result = signal?.aborted ? null : select(session.state);
      if (result !== null || signal?.aborted) finish(result);
    };
    // A frame may change the state twice before it is fully known.
    const unsubscribe = session.subscribe(() => queueMicrotask(check));
    signal?.addEventListener("abort", onAbort, { once: true });
    check();
  });
}
