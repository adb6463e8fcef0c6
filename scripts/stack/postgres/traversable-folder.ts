/** Makes folders at places that the server account can reach; a checkout under a private home is not one. */

import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { removeAbandonedFolders } from "./remove-abandoned-folders.ts";
import { runProgram } from "./run-program.ts";
import type { ServerAccount } from "./server-account.ts";

export interface TraversableFolderOptions {
  account: ServerAccount | undefined;
  /** Names a lasting folder, shared by every start; without it the folder is new and the caller's to remove. */
  name?: string;
  /** Where a new folder goes; default: the first temporary place that works. */
  parent?: string;
}

const SHARED_PARENT_OF_ROOT = "/var/lib/parley";
const TEMPORARY_PREFIX = "parley-";
const TEMPORARY_PARENTS = [undefined, "/var/tmp", "/tmp"];

export async function createTraversableFolder(options: TraversableFolderOptions): Promise<string> {
  if (options.name) return await createNamedFolder(options.name, options.account);
  for (const parent of options.parent ? [options.parent] : TEMPORARY_PARENTS) {
    const folder = await Deno.makeTempDir({ dir: parent, prefix: TEMPORARY_PREFIX });
    await removeAbandonedFolders(dirname(folder), TEMPORARY_PREFIX);
    if (!options.account) return folder;
    // Others may pass through, not list; the cluster inside is closed to them.
    await Deno.chmod(folder, 0o711);
    if (await isTraversable(folder, options.account)) return folder;
    await Deno.remove(folder);
  }
  throw new Error(
    `No temporary folder is reachable for the account "${options.account?.name}": set TMPDIR to one that is`,
  );
}

/** Whether `account` may enter `folder`; always true for the current user's own folders. */
export async function isTraversable(folder: string, account: ServerAccount | undefined): Promise<boolean> {
  if (!account) return true;
  const { code } = await runProgram("/bin/sh", { account, args: ["-c", 'cd "$0"', folder] });
  return code === 0;
}

async function createNamedFolder(name: string, account: ServerAccount | undefined): Promise<string> {
  const folder = join(account ? SHARED_PARENT_OF_ROOT : join(homedir(), ".cache", "parley"), name);
  await Deno.mkdir(folder, { recursive: true, mode: 0o755 });
  return folder;
}
