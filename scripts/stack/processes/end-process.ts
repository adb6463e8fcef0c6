/** Ends a process that is not a child of this one. */

import { processIdentity } from "./process-identity.ts";

const TERMINATION_TIMEOUT_MS = 5_000;
const POLL_MS = 50;

/** Does nothing when it is gone, or when another process has its number; kills it when asking is not enough. */
export async function endProcess(known: { pid: number; identity: string | undefined }): Promise<void> {
  const isAlive = async () =>
    known.identity !== undefined && await processIdentity(known.pid) === known.identity;
  const deadline = Date.now() + TERMINATION_TIMEOUT_MS;
  for (
    let signal: Deno.Signal = "SIGTERM";
    await isAlive();
    signal = Date.now() > deadline ? "SIGKILL" : "SIGTERM"
  ) {
    Deno.kill(known.pid, signal);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
