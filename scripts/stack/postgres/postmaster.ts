/** Finds the server that runs on a data folder, and clears what a crashed one left behind. */

import { join } from "node:path";
import { commandLineOf } from "../processes/command-line-of.ts";

/** The process id of the living server of `clusterDir`, if any. */
export async function findPostmaster(clusterDir: string): Promise<number | undefined> {
  const file = await Deno.readTextFile(join(clusterDir, "postmaster.pid")).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  const pid = Number(file?.split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  // After a reboot the number may belong to any other process.
  const commandLine = await commandLineOf(pid);
  return commandLine?.includes("postgres") && commandLine.includes(clusterDir) ? pid : undefined;
}

/** Removes the lock of a server that is gone; Postgres itself refuses when the number is taken by another process. */
export async function removeStaleLock(clusterDir: string): Promise<void> {
  if (await findPostmaster(clusterDir) !== undefined) return;
  await Deno.remove(join(clusterDir, "postmaster.pid")).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
