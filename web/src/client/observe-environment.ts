/** What a browser knows of its network and of being looked at. Apart from `mod.ts`, which needs no DOM. */
import type { EnvironmentSignal } from "./ports.ts";

/** @example openSession({ ...options, observeEnvironment }); */
export function observeEnvironment(listener: (signal: EnvironmentSignal) => void): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  addEventListener("online", () => listener("online"), { signal });
  addEventListener("offline", () => listener("offline"), { signal });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") listener("woke");
  }, { signal });
  // A frozen tab may go on without being looked at.
  document.addEventListener("resume", () => listener("woke"), { signal });
  return () => stop.abort();
}
