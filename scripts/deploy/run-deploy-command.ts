/** The deploy command: reads its options and settings and runs the deployment. */
import { join } from "node:path";
import { parse } from "dotenv";
import {
  describeOptions,
  type OptionDefinition,
  readOptions,
  runCommand,
} from "../stack/cli/command-line.ts";
import { PROJECT_ROOT } from "../stack/project-root.ts";
import type { DeploymentPorts } from "./deployment-ports.ts";
import { readDeploymentSettings } from "./deployment-settings.ts";
import { runDeployment } from "./run-deployment.ts";
import { runInstalledCli } from "./run-installed-cli.ts";
import { withSecretFile } from "./with-secret-file.ts";

const OPTIONS = {
  apply: { isSwitch: true, help: "do it; without this it is a dry run, which changes nothing" },
  "project-ref": { help: "the hosted project (or SUPABASE_PROJECT_REF)" },
  "rotate-secrets": { isSwitch: true, help: "make new SUMMARIZE_SECRET and WAKE_SECRET" },
  help: { isSwitch: true, help: "show this" },
} satisfies Record<string, OptionDefinition>;

const HELP = `npm run deploy -- [options]

Brings this checkout to a hosted Supabase project: migrations (never the demo seed), Vault values, function secrets,
both functions, and a check that they answer. Repeating it is safe.

${describeOptions(OPTIONS)}

Set in the shell or in .env:
  SUPABASE_PROJECT_REF      the 20 letters in the address of the project's dashboard
  SUPABASE_ACCESS_TOKEN     from https://supabase.com/dashboard/account/tokens
  SUPABASE_DB_PASSWORD      the database password, or, on a network without IPv6,
  SUPABASE_DB_URL           the connection string "Session pooler" (dashboard, Connect)
Passed on to the functions: OPENAI_* and SIMULATED_* of .env, and all of supabase/functions/.env.

Tried out with the real command line tool: every step but the last, on a database and a copy of the platform's
interface on one machine. Not tried out: the hosted platform itself. So read the dry run before you apply it.`;

const SECRET_BYTES = 32;

const PORTS: DeploymentPorts = {
  run: runInstalledCli,
  withSecretFile,
  fetch,
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  createSecret: () =>
    Array.from(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)), toHexadecimal).join(""),
  createId: () => crypto.randomUUID(),
  print: (line) => console.log(line),
};

/** Ends the process with 1 when the deployment fails. */
export async function runDeployCommand(args: string[]): Promise<void> {
  await runCommand(async () => {
    const flags = readOptions(args, OPTIONS);
    if (flags.help) return console.log(HELP);
    const settings = readDeploymentSettings({
      flags,
      shell: Deno.env.toObject(),
      variables: await readVariables(".env"),
      functionsFile: await readVariables("supabase/functions/.env"),
    });
    const isDone = await runDeployment({ settings, isApplied: flags.apply === "true" }, PORTS);
    if (!isDone) Deno.exit(1);
  });
}

async function readVariables(path: string): Promise<Record<string, string>> {
  try {
    return parse(await Deno.readTextFile(join(PROJECT_ROOT, path)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}

function toHexadecimal(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
