/** Brings the extensions of a database made by an earlier release up to date. */

import type { Sql } from "postgres";
import { EXTENSION_NAMES } from "./install-extensions.ts";

/** Needs a superuser; does nothing for extensions that are not created or are up to date. */
export async function updateExtensions(sql: Sql): Promise<void> {
  const outdated = await sql<{ name: string }[]>`
    select name from pg_available_extensions
    where name in ${sql(EXTENSION_NAMES)} and installed_version <> default_version`;
  for (const { name } of outdated) await sql`alter extension ${sql(name)} update`;
}
