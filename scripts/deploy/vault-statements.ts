/** The SQL of the Vault step. The tool takes no parameters, so values are quoted here. */
import type { VaultValue } from "./plan-deployment.ts";
import { VAULT_NAMES } from "./project-state.ts";

export const READ_VAULT = "select name, decrypted_secret from vault.decrypted_secrets where name in (" +
  `${VAULT_NAMES.map(toLiteral).join(", ")})`;

/** One statement, which writes what is missing or different and nothing else. */
export function toVaultStatement(values: VaultValue[]): string {
  const rows = values.map(({ name, value }) => `(${toLiteral(name)}, ${toLiteral(value)})`).join(", ");
  return `select wanted.name,
  case
    when present.id is null then vault.create_secret(wanted.value, wanted.name)::text
    else vault.update_secret(present.id, wanted.value)::text
  end as id
from (values ${rows}) as wanted (name, value)
left join vault.decrypted_secrets as present on present.name = wanted.name
where present.decrypted_secret is distinct from wanted.value
`;
}

/** @throws Error for a value that no plan contains. */
function toLiteral(value: string): string {
  if (!/^[\w:/.-]+$/.test(value)) throw new Error("Cannot write a value with unusual characters to Vault");
  return `'${value}'`;
}
