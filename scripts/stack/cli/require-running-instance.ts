/** The running stack of a data folder with its keys, or a plain refusal. */

import { isExisting } from "../files/is-existing.ts";
import { type Installation, loadInstallation } from "../installation/installation.ts";
import { UsageError } from "./command-line.ts";
import { findRunningInstance, type RunningInstance } from "./running-instance.ts";

export async function requireRunningInstance(
  dataDir: string,
): Promise<{ instance: RunningInstance; installation: Installation; apiUrl: string }> {
  const instance = await isExisting(dataDir) ? await findRunningInstance(dataDir) : undefined;
  if (!instance) throw new UsageError(`Parley is not running with the data of "${dataDir}": run npm start`);
  const installation = await loadInstallation(dataDir);
  return { instance, installation, apiUrl: `http://127.0.0.1:${instance.ports.api}` };
}
