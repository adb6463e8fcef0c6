/**
 * Keeps the Postgres client from throwing where nobody can catch it when a connection is lost: Deno 2.1 runs an immediate
 * that was cleared in the same tick, and the client plans a write for a socket that it has just let go.
 */

import { clearImmediate, setImmediate } from "node:timers";

type Immediate = ReturnType<typeof setImmediate>;

const cleared = new WeakSet<Immediate>();
let isMended = false;

/** Call before the first connection; a second call does nothing. */
export function mendImmediates(): void {
  if (isMended) return;
  isMended = true;
  Object.assign(globalThis, {
    setImmediate(callback: (...values: unknown[]) => void, ...values: unknown[]): Immediate {
      const immediate = setImmediate(() => {
        if (cleared.has(immediate)) return;
        try {
          callback(...values);
        } catch (error) {
          if (!isWriteWithoutSocket(error, callback)) throw error;
        }
      });
      return immediate;
    },
    clearImmediate(immediate: Immediate | null | undefined): void {
      if (!immediate) return;
      cleared.add(immediate);
      clearImmediate(immediate);
    },
  });
}

/** Its query may be left without an answer, as of any connection that the client loses; thrown here, it ends the process. */
function isWriteWithoutSocket(error: unknown, { name }: { name: string }): boolean {
  return name === "nextWrite" && error instanceof TypeError && /reading 'write'/.test(error.message);
}
