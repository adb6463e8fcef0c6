/** Copies a folder so that other processes see all of it or nothing. */

import { cp } from "node:fs/promises";
import { dirname } from "node:path";
import { isExisting } from "./is-existing.ts";

/** Does nothing when `to` exists; of several processes copying at once, the first to finish wins. */
export async function copyFolder(from: string, to: string): Promise<void> {
  if (await isExisting(to)) return;
  await Deno.mkdir(dirname(to), { recursive: true });
  const unfinished = `${to}.${crypto.randomUUID()}`;
  try {
    await cp(from, unfinished, { recursive: true, verbatimSymlinks: true });
    await Deno.rename(unfinished, to);
  } catch (error) {
    await Deno.remove(unfinished, { recursive: true }).catch(() => {});
    if (!await isExisting(to)) throw error;
  }
}
