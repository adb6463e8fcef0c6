/** The data folder of a stack: the one asked for, or a temporary one. */

import { findServerAccount } from "../postgres/server-account.ts";
import { createTraversableFolder, isTraversable } from "../postgres/traversable-folder.ts";

export interface DataDir {
  readonly path: string;
  readonly isTemporary: boolean;
  /** Removes a temporary folder. */
  close(): Promise<void>;
}

export async function openDataDir(path: string | undefined): Promise<DataDir> {
  const account = findServerAccount();
  if (path === undefined) {
    const folder = await createTraversableFolder({ account });
    return { path: folder, isTemporary: true, close: () => Deno.remove(folder, { recursive: true }) };
  }
  await Deno.mkdir(path, { recursive: true });
  const absolute = await Deno.realPath(path);
  if (!await isTraversable(absolute, account)) {
    throw new Error(
      `The account "${account?.name}", which runs Postgres, cannot reach the data folder "${absolute}": choose another`,
    );
  }
  return { path: absolute, isTemporary: false, close: async () => {} };
}
