/** How the command line tool reaches one hosted project. */
import type { DeploymentSettings } from "./deployment-settings.ts";

export interface HostedProject {
  ref: string;
  /** The arguments that select the project, and its database. */
  projectArgs: string[];
  databaseArgs: string[];
  /** The credentials. */
  environment: Record<string, string>;
}

/** `settings` have passed `checkSettings`. */
export function toHostedProject(settings: DeploymentSettings): HostedProject {
  const { projectRef = "", accessToken = "", databasePassword, databaseUrl } = settings;
  const projectArgs = [`--remote=${projectRef}`];
  const environment = { SUPABASE_ACCESS_TOKEN: accessToken };
  if (databaseUrl === undefined) {
    return {
      ref: projectRef,
      projectArgs,
      databaseArgs: projectArgs,
      environment: { ...environment, SUPABASE_DB_PASSWORD: databasePassword ?? "" },
    };
  }
  const { address, password } = splitPassword(databaseUrl, databasePassword);
  return {
    ref: projectRef,
    projectArgs,
    databaseArgs: [`--remote=${address}`],
    environment: { ...environment, PGPASSWORD: password },
  };
}

function splitPassword(databaseUrl: string, databasePassword = ""): { address: string; password: string } {
  const url = new URL(databaseUrl);
  const password = decodeURIComponent(url.password) || databasePassword;
  url.password = "";
  return { address: url.href, password };
}
