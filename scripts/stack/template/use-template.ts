/** Gives a test its migrated database in the time of a copy. */

import { join } from "node:path";
import { findStateRoot } from "../data/state-root.ts";
import { isExisting } from "../files/is-existing.ts";
import { findServerAccount } from "../postgres/server-account.ts";
import { createTraversableFolder } from "../postgres/traversable-folder.ts";
import { cloneFolder } from "./clone-folder.ts";

const UNUSED_AFTER_MS = 24 * 60 * 60 * 1000;
const CONTENTS = ["postgres", "installation.json"];

export interface TemplateOptions {
  /** Names the contents; another hash is another template. */
  hash: string;
  /** Fills an empty folder with a stopped cluster and its keys; called when there is no such template yet. */
  build: (dataDir: string) => Promise<void>;
}

/** Fills `dataDir` from the template. Of several processes that build it at once, the first to finish wins. */
export async function cloneTemplate(dataDir: string, options: TemplateOptions): Promise<void> {
  const cache = join(await findStateRoot(), "templates");
  const template = join(cache, options.hash);
  if (!await isExisting(template)) await buildTemplate(template, options);
  const now = new Date();
  await Deno.utime(template, now, now);
  for (const name of CONTENTS) await cloneFolder(join(template, name), join(dataDir, name));
}

async function buildTemplate(template: string, { build }: TemplateOptions): Promise<void> {
  const cache = join(template, "..");
  await Deno.mkdir(cache, { recursive: true });
  if (Deno.build.os !== "windows") await Deno.chmod(cache, 0o711);
  await removeUnused(cache);
  const unfinished = await createTraversableFolder({ account: findServerAccount(), parent: cache });
  try {
    await build(unfinished);
    await Deno.rename(unfinished, template);
  } catch (error) {
    await Deno.remove(unfinished, { recursive: true }).catch(() => {});
    if (!await isExisting(template)) throw error;
  }
}

async function removeUnused(cache: string): Promise<void> {
  for await (const { name } of Deno.readDir(cache)) {
    const path = join(cache, name);
    const { mtime } = await Deno.stat(path);
    if (mtime && Date.now() - mtime.getTime() > UNUSED_AFTER_MS) await Deno.remove(path, { recursive: true });
  }
}
