/** Makes an empty cluster with initdb. */

import { dirname } from "node:path";
import type { NativeFolder } from "./native-folder.ts";
import { runProgram } from "./run-program.ts";
import type { ServerAccount } from "./server-account.ts";

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
    if (code !== 0) throw new Error(`Cannot create a Postgres cluster in "${clusterDir}": ${output}`);
  } finally {
    await Deno.remove(passwordFile);
  }
}
