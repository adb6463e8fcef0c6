/** Finds out what the project has already. Changes nothing. */
import { z } from "zod";
import type { HostedProject } from "./hosted-project.ts";
import { type ProjectState, VAULT_NAMES } from "./project-state.ts";
import { callCli, CliError, type RunCli } from "./supabase-cli.ts";
import { READ_VAULT } from "./vault-statements.ts";

const secretsSchema = z.object({ secrets: z.array(z.object({ name: z.string() })) });
const pushSchema = z.object({ migrations: z.array(z.string()) });
const vaultSchema = z.array(z.object({ name: z.enum(VAULT_NAMES), decrypted_secret: z.string() }));

/** @throws CliError, the first of which comes from a wrong token or project ref. */
export async function inspectProject(project: HostedProject, run: RunCli): Promise<ProjectState> {
  const { projectArgs, databaseArgs, environment } = project;
  const call = (args: string[]) => callCli(run, { args, environment });
  const { secrets } = read(secretsSchema, await call(["secrets", "list", ...projectArgs]));
  const { migrations } = read(
    pushSchema,
    await call(["db", "push", ...databaseArgs, "--dry-run", "--skip-vault"]),
  );
  const vault = await call(["db", "query", READ_VAULT, ...databaseArgs, "--read-only"]).then(
    (rows) => read(vaultSchema, rows),
    (error) => {
      if (error instanceof CliError && isVaultMissing(error)) return [];
      throw error;
    },
  );
  return {
    pendingMigrations: migrations,
    vault: Object.fromEntries(vault.map(({ name, decrypted_secret }) => [name, decrypted_secret])),
    functionSecretNames: secrets.map(({ name }) => name),
  };
}

/** The first migration brings it. */
function isVaultMissing({ message }: CliError): boolean {
  return /"vault\.decrypted_secrets" does not exist|schema "vault" does not exist/.test(message);
}

function read<Value>(schema: z.ZodType<Value>, answer: unknown): Value {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new CliError(
    "The supabase command line tool answered in a form this script does not know: use the version in package.json",
    "",
  );
}
