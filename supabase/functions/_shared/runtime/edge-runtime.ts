/** What the hosted runtime offers beyond Deno, and what to do where it is absent (a plain `deno run`). */

interface EdgeRuntime {
  waitUntil(promise: Promise<unknown>): void;
}

declare global {
  // deno-lint-ignore no-var
  var EdgeRuntime: EdgeRuntime | undefined;
}

/** Keeps the worker alive until the promise resolves. */
export function waitUntil(promise: Promise<unknown>): void {
  globalThis.EdgeRuntime?.waitUntil(promise);
}

/** `drain`: no new requests will come. `beforeunload`: the worker is about to be stopped. */
export function onWorkerEvent(
  type: "drain" | "beforeunload",
  run: () => Promise<void>,
): void {
  addEventListener(type, () => waitUntil(run()));
}
