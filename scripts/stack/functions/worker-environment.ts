/** The environment variables of a worker: the platform's, the project's secrets, the function's own .env. */

import { join } from "node:path";
import { parse } from "dotenv";
import { loopbackNoProxy } from "./bypass-proxy.ts";
import type { FunctionDefinition } from "./discover-functions.ts";

// A function must reach the internet through the same proxy and with the same trust as the developer does.
const NETWORK_VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "DENO_CERT"];

/** Needed by the process to start; the prelude removes these before the function runs. */
export const BOOT_VARIABLES = [
  "DENO_DIR",
  "DENO_TLS_CA_STORE",
  "DENO_NO_UPDATE_CHECK",
  "NO_COLOR",
  "SystemRoot",
];

export async function workerEnvironment(
  definition: FunctionDefinition,
  env: Record<string, string>,
): Promise<Record<string, string>> {
  return {
    ...networkEnvironment(),
    ...bootEnvironment(),
    ...env,
    ...await readFunctionEnv(definition.directory),
    SUPABASE_FUNCTION_SLUG: definition.name,
  };
}

/** Names that begin with SUPABASE_ belong to the platform, which skips them too. */
async function readFunctionEnv(directory: string): Promise<Record<string, string>> {
  const text = await Deno.readTextFile(join(directory, ".env")).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  return Object.fromEntries(Object.entries(parse(text)).filter(([name]) => !name.startsWith("SUPABASE_")));
}

function networkEnvironment(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of NETWORK_VARIABLES.flatMap((upper) => [upper, upper.toLowerCase()])) {
    const value = Deno.env.get(name);
    if (value) found[name] = value;
  }
  return { ...found, NO_PROXY: loopbackNoProxy() };
}

function bootEnvironment(): Record<string, string> {
  return {
    DENO_DIR: Deno.env.get("DENO_DIR") ?? defaultDenoDir(),
    DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE") ?? "system",
    DENO_NO_UPDATE_CHECK: "1",
    NO_COLOR: "1",
    ...(Deno.build.os === "windows" ? { SystemRoot: Deno.env.get("SystemRoot") ?? "C:\\Windows" } : {}),
  };
}

/** Where Deno would put its cache of compiled modules, had it a home folder to look in. */
function defaultDenoDir(): string {
  const home = Deno.env.get("HOME");
  if (Deno.build.os === "darwin") return join(home ?? "/tmp", "Library", "Caches", "deno");
  if (Deno.build.os === "windows") return join(Deno.env.get("LOCALAPPDATA") ?? "C:\\", "deno");
  return join(Deno.env.get("XDG_CACHE_HOME") ?? join(home ?? "/tmp", ".cache"), "deno");
}
