/** Carries out one step of a deployment and returns what there is to say about it. Each may be repeated. */
import { checkFunctions } from "./check-functions.ts";
import type { DeploymentPorts } from "./deployment-ports.ts";
import type { HostedProject } from "./hosted-project.ts";
import type { DeploymentStep } from "./plan-deployment.ts";
import { callCli } from "./supabase-cli.ts";
import { toVaultStatement } from "./vault-statements.ts";

/** @throws Error, a `CliError` where the command line tool failed. */
export async function runStep(
  step: DeploymentStep,
  { project, ports }: { project: HostedProject; ports: DeploymentPorts },
): Promise<string> {
  const { projectArgs, databaseArgs, environment } = project;
  const call = (args: string[]) => callCli(ports.run, { args: [...args, "--yes"], environment });
  switch (step.kind) {
    case "migrations":
      if (step.pending.length === 0) return "nothing to apply";
      // Vault has a step of its own: config.toml would write what the shell holds for the local stacks.
      await call(["db", "push", ...databaseArgs, "--skip-vault"]);
      return `applied ${step.pending.length}`;
    case "vault":
      await ports.withSecretFile(
        toVaultStatement(step.values),
        (path) => call(["db", "query", "--file", path, ...databaseArgs]),
      );
      return `${step.values.filter(({ change }) => change !== "kept").length} written, the rest was right`;
    case "secrets":
      await ports.withSecretFile(
        Object.entries(step.values).map(([name, value]) => `${name}='${value}'\n`).join(""),
        (path) => call(["secrets", "set", "--env-file", path, ...projectArgs]),
      );
      return `set ${Object.keys(step.values).join(", ")}`;
    case "functions":
      await call(["functions", "deploy", ...step.names, "--use-api", ...projectArgs]);
      return `deployed ${step.names.join(" and ")}`;
    case "check":
      return await checkFunctions(step, ports);
  }
}
