/** Removes the database and keys of a data folder, and nothing else that may be in it. */

import { join } from "node:path";
import { isExisting } from "../files/is-existing.ts";
import { removeCluster } from "../postgres/remove-cluster.ts";
import { DATA_DIR_OPTION, dataDirOf, readOptions, runCommand, UsageError } from "./command-line.ts";
import { findRunningInstance } from "./running-instance.ts";

export async function runReset(args: string[]): Promise<void> {
  await runCommand(async () => {
    const dataDir = await dataDirOf(readOptions(args, DATA_DIR_OPTION));
    if (!await isExisting(dataDir)) return console.log(`There is no data in "${dataDir}"`);
    const running = await findRunningInstance(dataDir);
    if (running) {
      throw new UsageError(
        `Parley is running on this data, as process ${running.pid}: stop it with Ctrl-C first`,
      );
    }
    await removeCluster(join(dataDir, "postgres"));
    await Deno.remove(join(dataDir, "installation.json")).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    console.log(`Removed the data of "${dataDir}": the next npm start begins anew`);
  });
}
