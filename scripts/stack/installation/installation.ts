/** The keys and secrets of one data folder: made once, never in the repository. */

import { join } from "node:path";
import { generateApiKey } from "@supabase/lite";
import { exportJWK, generateKeyPair, type JWK } from "jose";

export interface Installation {
  readonly publishableKey: string;
  readonly secretKey: string;
  /** Of the login roles `postgres` and `supabase_admin`. */
  readonly databasePassword: string;
  /** Signs and checks HS256 tokens; functions never get it. */
  readonly jwtSecret: string;
  /** Private ES256 key; its public half is published as JWKS. */
  readonly signingKey: JWK;
  /** Given to functions and written to Vault, so that both sides know them. */
  readonly functionSecrets: { readonly SUMMARIZE_SECRET: string; readonly WAKE_SECRET: string };
}

const FILE_NAME = "installation.json";
const OWNER_ONLY = 0o600;

export async function loadInstallation(dataDir: string): Promise<Installation> {
  const path = join(dataDir, FILE_NAME);
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const installation = await createInstallation();
  const unfinished = `${path}.${crypto.randomUUID()}`;
  await Deno.writeTextFile(unfinished, JSON.stringify(installation, null, 2), { mode: OWNER_ONLY });
  await Deno.rename(unfinished, path);
  return installation;
}

async function createInstallation(): Promise<Installation> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return {
    publishableKey: (await generateApiKey("publishable")).key,
    secretKey: (await generateApiKey("secret")).key,
    databasePassword: randomSecret(),
    jwtSecret: randomSecret(),
    signingKey: { ...await exportJWK(privateKey), kid: crypto.randomUUID(), alg: "ES256", use: "sig" },
    functionSecrets: { SUMMARIZE_SECRET: randomSecret(), WAKE_SECRET: randomSecret() },
  };
}

function randomSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
