/** Puts secrets into Vault, as `[db.vault]` of config.toml does on the platform. */

import type { Sql } from "postgres";

export async function writeVaultSecrets(sql: Sql, secrets: Record<string, string>): Promise<void> {
  await sql.begin(async (transaction) => {
    for (const [name, value] of Object.entries(secrets)) {
      const [existing] = await transaction`select id from vault.secrets where name = ${name}`;
      if (existing) await transaction`select vault.update_secret(${existing.id}::uuid, ${value})`;
      else await transaction`select vault.create_secret(${value}, ${name})`;
    }
  });
}
