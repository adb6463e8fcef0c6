/** More places that run the session function, as the platform runs it in many: a session's tabs meet on several workers. */
import { join } from "node:path";
import {
  type ServedFunctions,
  serveFunctions,
} from "../../../scripts/stack/functions/testing/serve-functions.ts";
import { PROJECT_ROOT } from "../../../scripts/stack/project-root.ts";
import type { Stack } from "../../../scripts/stack/stack.ts";

export interface RegionsOptions {
  stack: Stack;
  count: number;
  /** What is not as everywhere. */
  env: Record<string, string>;
  wallClockMs: number;
}

export function openRegions({ stack, count, env, wallClockMs }: RegionsOptions): Promise<ServedFunctions[]> {
  const { publishableKey, secretKey, functionSecrets, tokens, apiUrl } = stack;
  const injected = {
    ...functionSecrets,
    SUPABASE_URL: apiUrl,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: publishableKey }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: secretKey }),
    SUPABASE_JWKS: JSON.stringify(tokens.jwks),
    ...env,
  };
  return Promise.all(
    Array.from({ length: count }, () =>
      serveFunctions({
        functionsDir: join(PROJECT_ROOT, "supabase", "functions"),
        configs: { session: { verify_jwt: false } },
        env: injected,
        wallClockMs,
      })),
  );
}
