/** Says what keeps a deployment from starting, each with its fix. Nothing is asked of the network. */
import { readModelSettings } from "../../supabase/functions/_shared/model/model-settings.ts";
import type { DeploymentSettings } from "./deployment-settings.ts";
import { isLocalAddress } from "./is-local-address.ts";

const PROJECT_REF = /^[a-z]{20}$/;
const TRANSACTION_POOLER_PORT = "6543";

export function checkSettings(settings: DeploymentSettings): string[] {
  return [
    ...checkProjectRef(settings.projectRef),
    ...checkAccessToken(settings.accessToken),
    ...checkDatabase(settings),
    ...checkFunctionVariables(settings.functionVariables),
  ];
}

function checkProjectRef(projectRef: string | undefined): string[] {
  if (projectRef === undefined) {
    return [
      "There is no project: give --project-ref <ref> or set SUPABASE_PROJECT_REF " +
      "(the 20 letters in the address of the project's dashboard)",
    ];
  }
  if (PROJECT_REF.test(projectRef)) return [];
  return [`"${projectRef}" is no project ref: give the 20 small letters in the address of its dashboard`];
}

function checkAccessToken(accessToken: string | undefined): string[] {
  if (accessToken !== undefined) return [];
  return [
    "SUPABASE_ACCESS_TOKEN is not set: make a token at https://supabase.com/dashboard/account/tokens " +
    "and set it in the shell or in .env",
  ];
}

function checkDatabase({ databasePassword, databaseUrl, projectRef }: DeploymentSettings): string[] {
  if (databaseUrl === undefined) {
    if (databasePassword !== undefined) return [];
    return [
      "Neither SUPABASE_DB_PASSWORD nor SUPABASE_DB_URL is set: set the database password " +
      '(dashboard, Database, Settings), or the connection string "Session pooler" (dashboard, Connect)',
    ];
  }
  if (!URL.canParse(databaseUrl) || !/^postgres(ql)?:$/.test(new URL(databaseUrl).protocol)) {
    return ["SUPABASE_DB_URL is no database address: give the whole string, postgresql://..."];
  }
  if (isLocalAddress(databaseUrl)) {
    return [
      "SUPABASE_DB_URL is a database on this machine: give the one of the hosted project, or unset it",
    ];
  }
  const { hostname, username, port } = new URL(databaseUrl);
  if (projectRef && !`${username}@${hostname}`.includes(projectRef)) {
    return [`SUPABASE_DB_URL belongs to another project than ${projectRef}: correct one of the two`];
  }
  if (port === TRANSACTION_POOLER_PORT) {
    return [
      'SUPABASE_DB_URL is the transaction pooler, which cannot migrate: give the string "Session pooler"',
    ];
  }
  return [];
}

function checkFunctionVariables(variables: Record<string, string>): string[] {
  const problems = Object.entries(variables).flatMap(([name, value]) => {
    if (isLocalAddress(value)) {
      return [
        `${name} is an address on this machine, which the hosted functions cannot reach: change or unset it`,
      ];
    }
    if (/['\r\n]/.test(value)) {
      return [`${name} contains a line break or an apostrophe, which cannot be passed on: correct it`];
    }
    return [];
  });
  try {
    readModelSettings((name) => variables[name]);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  return problems;
}
