/** What the user has told about the deployment: flags, then the shell, then `.env`. */

export interface DeploymentSettings {
  projectRef: string | undefined;
  accessToken: string | undefined;
  databasePassword: string | undefined;
  databaseUrl: string | undefined;
  /** For the functions; never SUMMARIZE_SECRET and WAKE_SECRET, which belong to one project. */
  functionVariables: Record<string, string>;
  /** Secrets of the local stacks, which must not guard a hosted project. */
  localSecrets: string[];
  /** New secrets even where the project has good ones. */
  isRotationWanted: boolean;
}

export interface DeploymentSources {
  flags: { "project-ref"?: string; "rotate-secrets"?: string };
  shell: Record<string, string | undefined>;
  /** Of `.env`. */
  variables: Record<string, string>;
  /** Of `supabase/functions/.env`, the platform's own place for the secrets of functions. */
  functionsFile: Record<string, string>;
}

export const PROJECT_SECRETS = ["SUMMARIZE_SECRET", "WAKE_SECRET"] as const;

/** What of `.env` is for the functions; everything else there stays on this machine. */
const FUNCTION_VARIABLES = /^(OPENAI|SIMULATED)_/;
/** The platform gives these to functions and refuses to have them set. */
const PLATFORM_VARIABLES = /^SUPABASE_/;

export function readDeploymentSettings(sources: DeploymentSources): DeploymentSettings {
  const { flags, shell, variables, functionsFile } = sources;
  const read = (name: string) => shell[name]?.trim() || variables[name]?.trim() || undefined;
  const isProjectSecret = (name: string) => PROJECT_SECRETS.some((secret) => secret === name);
  const passedOn = [
    ...Object.entries(variables).filter(([name]) => FUNCTION_VARIABLES.test(name)),
    ...Object.entries(functionsFile).filter(([name]) =>
      !PLATFORM_VARIABLES.test(name) && !isProjectSecret(name)
    ),
  ];
  return {
    projectRef: flags["project-ref"] ?? read("SUPABASE_PROJECT_REF"),
    accessToken: read("SUPABASE_ACCESS_TOKEN"),
    databasePassword: read("SUPABASE_DB_PASSWORD"),
    databaseUrl: read("SUPABASE_DB_URL"),
    functionVariables: Object.fromEntries(
      passedOn.map(([name, value]) => [name, value.trim()]).filter(([, value]) => value !== ""),
    ),
    localSecrets: [shell, variables, functionsFile].flatMap((source) =>
      PROJECT_SECRETS.flatMap((name) => source[name] || [])
    ),
    isRotationWanted: flags["rotate-secrets"] === "true",
  };
}
