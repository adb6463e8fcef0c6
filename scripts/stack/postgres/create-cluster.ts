/** Makes an empty cluster with initdb. */

import { dirname } from "node:path";
import type { NativeFolder } from "./native-folder.ts";
import { runProgram } from "./run-program.ts";
import type { ServerAccount } from "./server-account.ts";

/** Postgres refuses to run as a user it cannot name, as containers with a made-up user id have. */
const NO_ACCOUNT_HINT =
  "Postgres needs a user with an account: start as root, or as a user that stands in the passwd database.";

/** The superuser of the platform; `postgres` is an ordinary role there. */
export const SUPERUSER = "supabase_admin";

export interface CreateClusterOptions {
  clusterDir: string;
  native: NativeFolder;
  account: ServerAccount | undefined;
  password: string;
}

export async function createCluster(options: CreateClusterOptions): Promise<void> {
  const { clusterDir, native, account, password } = options;
  await Deno.mkdir(clusterDir, { recursive: true, mode: 0o700 });
  if (account) await Deno.chown(clusterDir, account.uid, account.gid);
  const passwordFile = await Deno.makeTempFile({ dir: dirname(clusterDir), prefix: ".password-" });
  try {
    await Deno.writeTextFile(passwordFile, password);
    if (account) await Deno.chown(passwordFile, account.uid, account.gid);
    const { code, output } = await runProgram(native.bin("initdb"), {
      account,
      args: [
        ...[`--pgdata=${clusterDir}`, `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`],
        ...["--auth=scram-sha-256", "--encoding=UTF8", "--no-sync"],
        // The same sort order on every machine, whatever locales it has.
        ...["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"],
      ],
    });
    if (code !== 0) {
      const hint = output.includes("could not look up effective user ID") ? ` ${NO_ACCOUNT_HINT}` : "";
      throw new Error(`Cannot create a Postgres cluster in "${clusterDir}": ${output}${hint}`);
    }
  } finally {
    await Deno.remove(passwordFile);
  }
}
