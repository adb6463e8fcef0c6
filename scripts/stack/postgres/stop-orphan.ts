/** Stops a Postgres whose owner is gone. */

import { findPostmaster } from "./postmaster.ts";

const STOP_TIMEOUT_MS = 20_000;
const POLL_MS = 50;

/** SIGINT is the "fast" shutdown of Postgres: no waiting for clients, everything committed is kept. */
export async function stopOrphan(clusterDir: string): Promise<void> {
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  for (
    let pid = await findPostmaster(clusterDir);
    pid !== undefined;
    pid = await findPostmaster(clusterDir)
  ) {
    if (Date.now() > deadline) {
      throw new Error(`Cannot stop the Postgres of an earlier start, process ${pid}: stop it and try again`);
    }
    Deno.kill(pid, "SIGINT");
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
