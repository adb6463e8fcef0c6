/** The environment of the edge functions: what the platform injects, and the secrets of this checkout. */

import { join } from "node:path";
import { parse } from "dotenv";
import type { JWK } from "jose";
import type { Installation } from "../installation/installation.ts";

export interface FunctionsEnvironmentOptions {
  projectDir: string;
  installation: Installation;
  apiUrl: string;
  dbUrl: string;
  jwks: { keys: JWK[] };
}

/** Later files win; names that start with `SUPABASE_` are the platform's and cannot be set. */
const SECRET_FILES = [".env", join("supabase", "functions", ".env")];

export async function functionsEnvironment(
  options: FunctionsEnvironmentOptions,
): Promise<Record<string, string>> {
  const { projectDir, installation, apiUrl, dbUrl, jwks } = options;
  const { publishableKey, secretKey } = installation;
  return {
    ...installation.functionSecrets,
    ...await readSecretFiles(projectDir),
    SUPABASE_URL: apiUrl,
    SUPABASE_DB_URL: dbUrl,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: publishableKey }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: secretKey }),
    SUPABASE_JWKS: JSON.stringify(jwks),
    SUPABASE_ANON_KEY: publishableKey,
    SUPABASE_SERVICE_ROLE_KEY: secretKey,
  };
}

async function readSecretFiles(projectDir: string): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {};
  for (const file of SECRET_FILES) {
    const text = await Deno.readTextFile(join(projectDir, file)).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    });
    for (const [name, value] of Object.entries(parse(text))) {
      if (!name.startsWith("SUPABASE_")) secrets[name] = value;
    }
  }
  return secrets;
}
