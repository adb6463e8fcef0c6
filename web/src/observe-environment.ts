/** Tells the session client what the browser knows: network lost or back, tab looked at again. */
import type { EnvironmentSignal } from "./client/mod.ts";

export function observeEnvironment(listener: (signal: EnvironmentSignal) => void): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  addEventListener("online", () => listener("online"), { signal });
  addEventListener("offline", () => listener("offline"), { signal });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") listener("woke");
  }, { signal });
  return () => stop.abort();
}
