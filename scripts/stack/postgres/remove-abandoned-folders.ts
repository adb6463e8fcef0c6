/** Clears away temporary data folders whose owner was killed, with the servers that still run on them. */

import { join } from "node:path";
import { isOwnerAlive } from "./cluster-owner.ts";
import { findPostmaster } from "./postmaster.ts";
import { stopOrphan } from "./stop-orphan.ts";

/** Without a server to be seen: nobody takes longer to fill a new folder. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

/** Looks at the folders in `parent` whose names begin with `prefix`. Leaves alone what it cannot judge or remove. */
export async function removeAbandonedFolders(parent: string, prefix: string): Promise<void> {
  for await (const entry of Deno.readDir(parent)) {
    if (!entry.isDirectory || !entry.name.startsWith(prefix)) continue;
    const folder = join(parent, entry.name);
    try {
      if (await isAbandoned(folder)) await Deno.remove(folder, { recursive: true });
    } catch {
      // Of another user, or being removed by another process at this moment.
    }
  }
}

async function isAbandoned(folder: string): Promise<boolean> {
  const clusterDir = join(folder, "postgres");
  if (await isOwnerAlive(clusterDir)) return false;
  if (await findPostmaster(clusterDir) !== undefined) {
    await stopOrphan(clusterDir);
    return true;
  }
  const { mtime } = await Deno.stat(folder);
  return mtime !== null && Date.now() - mtime.getTime() > ABANDONED_AFTER_MS;
}
