/** Waits until somebody wants the stack to end: Ctrl-C, a signal, or the death of the parent process. */

export interface StopRequests {
  /** Resolves with the first request. */
  readonly first: Promise<void>;
  /** Resolves with one that comes while the first is being served. */
  readonly second: Promise<void>;
}

const SIGNALS: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM", "SIGHUP"];
// The terminal, npm and its shell pass on one Ctrl-C each.
const SAME_REQUEST_MS = 500;

export function listenForStopRequests(): StopRequests {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let requestedAt: number | undefined;
  const request = () => {
    const now = performance.now();
    if (requestedAt === undefined) {
      requestedAt = now;
      first.resolve();
    } else if (now - requestedAt > SAME_REQUEST_MS) second.resolve();
  };
  for (const signal of SIGNALS) Deno.addSignalListener(signal, request);
  void waitForEndOfInput().then(() => {
    requestedAt ??= performance.now();
    first.resolve();
  });
  return { first: first.promise, second: second.promise };
}

/** The wrapper that started this process holds the other end as long as it lives. */
async function waitForEndOfInput(): Promise<void> {
  const buffer = new Uint8Array(1024);
  while (await Deno.stdin.read(buffer) !== null);
}
