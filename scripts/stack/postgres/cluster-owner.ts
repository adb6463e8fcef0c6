/** Keeps two stacks off one cluster, and takes over a cluster whose stack died. */

import { dirname } from "node:path";
import { processIdentity } from "../processes/process-identity.ts";
import { findPostmaster, removeStaleLock } from "./postmaster.ts";

/** A server whose owner was killed lives on; it is stopped before the cluster is used again. */
export async function claimCluster(
  clusterDir: string,
  options: { stopOrphan: (clusterDir: string) => Promise<void> },
): Promise<void> {
  await Deno.mkdir(dirname(clusterDir), { recursive: true });
  if (!await writeOwner(clusterDir)) {
    if (await isOwnerAlive(clusterDir)) {
      const owner = await readOwner(clusterDir);
      throw new Error(
        `The data folder "${clusterDir}" is in use by process ${owner?.pid}: stop that one or choose another folder`,
      );
    }
    await releaseCluster(clusterDir);
    if (!await writeOwner(clusterDir)) {
      throw new Error(`Another process has just taken "${clusterDir}": try again`);
    }
  }
  if (await findPostmaster(clusterDir) !== undefined) await options.stopOrphan(clusterDir);
  await removeStaleLock(clusterDir);
}

export async function isOwnerAlive(clusterDir: string): Promise<boolean> {
  const owner = await readOwner(clusterDir);
  return owner?.identity !== undefined && await processIdentity(owner.pid) === owner.identity;
}

export async function releaseCluster(clusterDir: string): Promise<void> {
  await Deno.remove(ownerFile(clusterDir)).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

interface Owner {
  pid: number;
  identity: string | undefined;
}

// Beside the cluster, not inside: initdb wants an empty folder.
function ownerFile(clusterDir: string): string {
  return `${clusterDir}.owner.json`;
}

async function writeOwner(clusterDir: string): Promise<boolean> {
  const owner: Owner = { pid: Deno.pid, identity: await processIdentity(Deno.pid) };
  try {
    await Deno.writeTextFile(ownerFile(clusterDir), JSON.stringify(owner), { createNew: true });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
}

async function readOwner(clusterDir: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(ownerFile(clusterDir)));
  } catch (error) {
    // A half-written file is that of a process that died while writing it.
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
