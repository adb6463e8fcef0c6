/** Makes the objects of Realtime, or brings those of an earlier release up to date. */

import type { Sql } from "postgres";

/** All of it or none. `sql` logs in as the superuser, after the cluster was bootstrapped. */
export async function prepareRealtime(sql: Sql): Promise<void> {
  const scripts = await Promise.all(
    ["realtime", "realtime-guard"].map((name) => Deno.readTextFile(new URL(`${name}.sql`, import.meta.url))),
  );
  await sql.begin(async (transaction) => {
    for (const script of scripts) await transaction.unsafe(script);
  });
}
