/** What a hosted project has already. */

export interface ProjectState {
  /** File names, in the order they would be applied. */
  pendingMigrations: string[];
  /** The values that Vault holds of those the deployment writes. */
  vault: Partial<Record<VaultName, string>>;
  /** The platform tells names and digests only. */
  functionSecretNames: string[];
}

export const VAULT_NAMES = ["functions_url", "summarize_secret", "wake_secret"] as const;

export type VaultName = typeof VAULT_NAMES[number];
