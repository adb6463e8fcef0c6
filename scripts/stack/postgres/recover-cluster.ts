/** Frees a cluster, and its port, from the server that a killed owner left running. */

import { isExisting } from "../files/is-existing.ts";
import { claimCluster, releaseCluster } from "./cluster-owner.ts";
import { stopOrphan } from "./stop-orphan.ts";

/** Rejects when the owner is alive. */
export async function recoverCluster(clusterDir: string): Promise<void> {
  if (!await isExisting(clusterDir)) return;
  await claimCluster(clusterDir, { stopOrphan });
  await releaseCluster(clusterDir);
}
