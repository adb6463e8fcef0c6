/** Turns an empty cluster into the database of a fresh Supabase project, before its first migration. */

import { getAuthSchemaSql } from "@supabase/lite";
import type { Sql } from "postgres";

export interface BootstrapOptions {
  /** Of the login roles; the superuser keeps its own. */
  password: string;
  /** The `auto_expose_new_tables` of config.toml. */
  exposeNewTables: boolean;
}

const LOGIN_ROLES = ["postgres", "authenticator", "supabase_auth_admin"];

/** Does nothing when it was done before; otherwise all of it happens or none. `sql` logs in as `supabase_admin`. */
export async function bootstrapCluster(sql: Sql, options: BootstrapOptions): Promise<void> {
  const [existing] = await sql`select 1 from pg_roles where rolname = 'supabase_auth_admin'`;
  if (existing) return;
  const readScript = (name: string) => Deno.readTextFile(new URL(`${name}.sql`, import.meta.url));
  const scripts = [
    await readScript("roles"),
    ...LOGIN_ROLES.map((role) => `alter role ${role} password '${options.password}'`),
    await readScript("schemas"),
    await readScript("auth-functions"),
    "set role supabase_auth_admin",
    getAuthSchemaSql(),
    "reset role",
    await readScript("auth-tables"),
    await readScript("schema-watch"),
    options.exposeNewTables ? await readScript("expose-new-tables") : "",
  ];
  await sql.begin(async (transaction) => {
    for (const script of scripts) if (script) await transaction.unsafe(script);
  });
}
