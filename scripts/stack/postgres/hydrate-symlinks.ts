/** Restores the symbolic links that npm leaves out of the Postgres package when install scripts are off. */

import { dirname, join, relative } from "node:path";

interface PackagedLink {
  source: string;
  target: string;
}

/** Creates the missing links of `nativeDir`; those that exist stay as they are. */
export async function hydrateSymlinks(nativeDir: string): Promise<void> {
  const list = await Deno.readTextFile(join(nativeDir, "pg-symlinks.json")).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "[]"; // the Windows package has no links
    throw error;
  });
  const packageDir = dirname(nativeDir);
  for (const { source, target } of JSON.parse(list) as PackagedLink[]) {
    const path = join(packageDir, target);
    try {
      await Deno.lstat(path);
    } catch {
      await createLink(relative(dirname(target), source), path);
    }
  }
}

async function createLink(to: string, path: string): Promise<void> {
  try {
    await Deno.symlink(to, path);
  } catch (error) {
    // Another start of the same checkout was faster.
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}
