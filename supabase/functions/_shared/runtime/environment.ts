/** The variables a function is given, checked once at start. */
import { z } from "zod";

export type ReadVariable = (name: string) => string | undefined;

export interface SupabaseEnvironment {
  url: string;
  publishableKey: string;
  secretKey: string;
  /** The project's public signing keys, where the platform hands them over. */
  jwks: { keys: JsonWebKeyWithId[] } | undefined;
}

type JsonWebKeyWithId = {
  kid: string;
  kty: string;
  key_ops: string[];
  alg?: string;
};

const keysSchema = z.object({ default: z.string().min(1) });
const jwksSchema = z.object({
  keys: z.array(z.looseObject({ kid: z.string(), kty: z.string() })).min(1),
});

/** @throws Error naming the variable that is missing. */
export function readSupabaseEnvironment(
  read: ReadVariable,
): SupabaseEnvironment {
  const url = read("SUPABASE_URL");
  if (!url) throw new Error("Cannot start: set SUPABASE_URL");
  return {
    url,
    publishableKey: readKey(
      read,
      "SUPABASE_PUBLISHABLE_KEYS",
      "SUPABASE_ANON_KEY",
    ),
    secretKey: readKey(
      read,
      "SUPABASE_SECRET_KEYS",
      "SUPABASE_SERVICE_ROLE_KEY",
    ),
    jwks: readJwks(read("SUPABASE_JWKS")),
  };
}

/** Projects without the new keys still hand over the legacy ones. */
function readKey(read: ReadVariable, name: string, legacyName: string): string {
  const keys = keysSchema.safeParse(toJson(read(name)));
  const key = keys.success ? keys.data.default : read(legacyName);
  if (!key) {
    throw new Error(
      `Cannot start: set ${name} to {"default": "<key>"}, or ${legacyName}`,
    );
  }
  return key;
}

function readJwks(text: string | undefined): SupabaseEnvironment["jwks"] {
  const jwks = jwksSchema.safeParse(toJson(text));
  if (!jwks.success) return undefined;
  return {
    keys: jwks.data.keys.map((key) => ({ ...key, key_ops: ["verify"] })),
  };
}

function toJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
