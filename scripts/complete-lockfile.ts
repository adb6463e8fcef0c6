/** `npm run lock`: adds to package-lock.json the platform packages that the registry in use does not show. */

import { completeLockfile } from "./lockfile/complete-lockfile.ts";

const file = new URL("../package-lock.json", import.meta.url);
const lockfile = JSON.parse(await Deno.readTextFile(file));
await Deno.writeTextFile(file, `${JSON.stringify(completeLockfile(lockfile), null, 2)}\n`);
