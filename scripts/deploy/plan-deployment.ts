/** Turns what is wanted and what is there into the steps of a deployment. */
import type { DeploymentSettings } from "./deployment-settings.ts";
import type { ProjectState, VaultName } from "./project-state.ts";

export interface VaultValue {
  name: VaultName;
  value: string;
  /** `new` is not there yet, `kept` is right already, `replaced` stands for another value. */
  change: "new" | "kept" | "replaced";
}

export type DeploymentStep =
  | { kind: "migrations"; pending: string[] }
  | { kind: "vault"; values: VaultValue[] }
  | { kind: "secrets"; values: Record<string, string>; present: string[] }
  | { kind: "functions"; names: string[] }
  | { kind: "check"; functionsUrl: string; summarizeSecret: string };

/** What a generated secret looks like. Anything shorter was typed by somebody. */
const GOOD_SECRET = /^[A-Za-z0-9_-]{32,}$/;

export interface PlanPorts {
  createSecret(): string;
}

/**
 * Vault is where a project's secrets live: the functions are given what stands there, so that both sides agree after
 * every run, also after one that broke off between the two.
 */
export function planDeployment(
  { settings, project }: { settings: DeploymentSettings; project: ProjectState },
  { createSecret }: PlanPorts,
): DeploymentStep[] {
  const functionsUrl = `https://${settings.projectRef}.supabase.co/functions/v1`;
  const secret = (name: VaultName): VaultValue => {
    const present = project.vault[name];
    if (present !== undefined && !settings.isRotationWanted && isGoodSecret(present, settings)) {
      return { name, value: present, change: "kept" };
    }
    return { name, value: createSecret(), change: present === undefined ? "new" : "replaced" };
  };
  const summarize = secret("summarize_secret");
  const wake = secret("wake_secret");
  return [
    { kind: "migrations", pending: project.pendingMigrations },
    { kind: "vault", values: [toUrlValue(functionsUrl, project), summarize, wake] },
    {
      kind: "secrets",
      values: {
        SUMMARIZE_SECRET: summarize.value,
        WAKE_SECRET: wake.value,
        ...settings.functionVariables,
      },
      present: project.functionSecretNames,
    },
    { kind: "functions", names: ["session", "summarize"] },
    { kind: "check", functionsUrl, summarizeSecret: summarize.value },
  ];
}

function toUrlValue(value: string, { vault }: ProjectState): VaultValue {
  const present = vault.functions_url;
  if (present === undefined) return { name: "functions_url", value, change: "new" };
  return { name: "functions_url", value, change: present === value ? "kept" : "replaced" };
}

function isGoodSecret(value: string, { localSecrets }: DeploymentSettings): boolean {
  return GOOD_SECRET.test(value) && !localSecrets.includes(value);
}
