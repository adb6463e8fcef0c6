/** Where a checkout keeps what lasts: data folder and caches. */

import { basename, join } from "node:path";
import { isTraversable } from "../postgres/traversable-folder.ts";
import { findServerAccount } from "../postgres/server-account.ts";
import { PROJECT_ROOT } from "../project-root.ts";

const PARENT_FOR_ROOT = "/var/lib/parley";

/** `.parley` of the checkout; as root elsewhere when the server account cannot reach the checkout. */
export async function findStateRoot(): Promise<string> {
  const account = findServerAccount();
  if (await isTraversable(PROJECT_ROOT, account)) return await openFolder(join(PROJECT_ROOT, ".parley"));
  const checkout = `${basename(PROJECT_ROOT)}-${await shortHash(PROJECT_ROOT)}`;
  return await openFolder(join(PARENT_FOR_ROOT, checkout));
}

/** Others may pass through to the cluster, which is closed to them, but not look around. */
async function openFolder(path: string): Promise<string> {
  await Deno.mkdir(path, { recursive: true });
  if (Deno.build.os !== "windows") await Deno.chmod(path, 0o711);
  return path;
}

async function shortHash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest).slice(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}
