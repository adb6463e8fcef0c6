/** Names the state that a fresh database of this checkout would have. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { isExisting } from "../files/is-existing.ts";

/** A hash over the contents and names of all files in `paths`, which are files or folders, and over `facts`. */
export async function hashInputs(paths: string[], facts: string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) {
    for await (const file of filesIn(path)) {
      hash.update(`${file}\0`).update(await Deno.readFile(file)).update("\0");
    }
  }
  return hash.update(facts.join("\0")).digest("hex").slice(0, 16);
}

async function* filesIn(path: string): AsyncGenerator<string> {
  if (!await isExisting(path)) return;
  if (!(await Deno.stat(path)).isDirectory) return yield path;
  const entries = await Array.fromAsync(Deno.readDir(path));
  for (const name of entries.map((entry) => entry.name).sort()) yield* filesIn(join(path, name));
}
