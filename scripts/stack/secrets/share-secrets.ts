/** Gives Vault the values that the database and the functions must both know. */

import postgres from "postgres";
import { writeVaultSecrets } from "./write-vault-secrets.ts";

export interface SharedSecrets {
  readonly SUMMARIZE_SECRET: string;
  readonly WAKE_SECRET: string;
}

/** The names are those of `[db.vault]` in config.toml. */
export async function shareSecrets(
  adminDbUrl: string,
  { apiUrl, secrets }: { apiUrl: string; secrets: SharedSecrets },
): Promise<void> {
  const sql = postgres(adminDbUrl, { max: 1, onnotice: () => {} });
  try {
    await writeVaultSecrets(sql, {
      functions_url: `${apiUrl}/functions/v1`,
      summarize_secret: secrets.SUMMARIZE_SECRET,
      wake_secret: secrets.WAKE_SECRET,
    });
  } finally {
    await sql.end();
  }
}
