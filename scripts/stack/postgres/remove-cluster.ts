/** Deletes a cluster that nobody uses, with the server a killed owner may have left on it. */

import { claimCluster, releaseCluster } from "./cluster-owner.ts";
import { stopOrphan } from "./stop-orphan.ts";

export async function removeCluster(clusterDir: string): Promise<void> {
  await claimCluster(clusterDir, { stopOrphan });
  await Deno.remove(clusterDir, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  await releaseCluster(clusterDir);
}
