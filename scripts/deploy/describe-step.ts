/** Says what a step is going to do. No line holds a secret. */
import type { DeploymentStep, VaultValue } from "./plan-deployment.ts";

const CHANGES: Record<VaultValue["change"], string> = {
  new: "new",
  kept: "there already, stays as it is",
  replaced: "replaces another value",
};

export function describeStep(step: DeploymentStep): { title: string; details: string[] } {
  switch (step.kind) {
    case "migrations":
      return {
        title: step.pending.length === 0
          ? "Migrations: the database is up to date"
          : `Migrations: apply ${step.pending.length}, without the seed (it holds the demo account)`,
        details: step.pending,
      };
    case "vault":
      return {
        title: "Vault: where the database finds the functions, and the secrets it shows them",
        details: step.values.map(({ name, value, change }) =>
          `${name}${name === "functions_url" ? ` = ${value}` : ""}: ${CHANGES[change]}`
        ),
      };
    case "secrets":
      return { title: "Function secrets", details: describeSecrets(step) };
    case "functions":
      return { title: `Edge functions: deploy ${step.names.join(" and ")}`, details: [] };
    case "check":
      return {
        title: "Check: ask both functions whether they answer as they should",
        details: [step.functionsUrl],
      };
  }
}

const OURS = ["SUMMARIZE_SECRET", "WAKE_SECRET"];

function describeSecrets({ values, present }: Extract<DeploymentStep, { kind: "secrets" }>): string[] {
  const isPlatforms = (name: string) => name.startsWith("SUPABASE_");
  const others = present.filter((name) => !(name in values) && !isPlatforms(name));
  return [
    ...Object.keys(values).map((name) =>
      OURS.includes(name) ? `${name}: the value in Vault` : `${name}: from your .env`
    ),
    ...others.map((name) => `${name}: only in the project, stays as it is`),
    ...[...Object.keys(values), ...others].includes("OPENAI_API_KEY")
      ? []
      : ["No OPENAI_API_KEY: the simulated model will answer"],
  ];
}
