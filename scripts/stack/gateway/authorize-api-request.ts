/** Decides who calls the Data API or Auth: the API key as the platform's gateway checks it, the token as PostgREST does. */

import { errors, type JWTPayload } from "jose";
import type { AccessTokens } from "../auth/access-tokens.ts";

export interface ApiKeys {
  readonly publishableKey: string;
  readonly secretKey: string;
}

export interface Caller {
  readonly keyType: "publishable" | "secret";
  readonly claims: JWTPayload & { role: string };
}

export type Authorization = { caller: Caller } | { refusal: Response };

// The login role `authenticator` of the platform may become these and no other.
export const API_ROLES = ["anon", "authenticated", "service_role"];

/** The kind of the request's API key. */
export function checkApiKey(
  request: Request,
  keys: ApiKeys,
): { keyType: Caller["keyType"] } | { refusal: Response } {
  const apiKey = request.headers.get("apikey") ?? new URL(request.url).searchParams.get("apikey");
  if (!apiKey) {
    return refuse({
      message: "No API key found in request",
      hint: "No `apikey` request header or url param was found.",
    });
  }
  if (apiKey === keys.publishableKey) return { keyType: "publishable" };
  if (apiKey === keys.secretKey) return { keyType: "secret" };
  return refuse({
    message: "Invalid API key",
    hint: "Double check your Supabase `apikey`: `npm run -s status` prints the keys of this stack.",
  });
}

/** The role and claims of a Data API request; a user's token outranks the API key. */
export async function authorizeDataRequest(
  request: Request,
  options: { keys: ApiKeys; tokens: AccessTokens },
): Promise<Authorization> {
  const key = checkApiKey(request, options.keys);
  if ("refusal" in key) return key;
  const token = request.headers.get("authorization")?.match(/^Bearer\s+(.+)$/i)?.[1];
  if (!token || token.startsWith("sb_")) {
    const role = key.keyType === "secret" ? "service_role" : "anon";
    return { caller: { ...key, claims: { role } } };
  }
  try {
    const claims = await options.tokens.verify(token);
    const role = typeof claims.role === "string" ? claims.role : "anon";
    if (!API_ROLES.includes(role)) {
      return refuse({ code: "42501", message: `permission denied to set role "${role}"` }, 403);
    }
    return { caller: { ...key, claims: { ...claims, role } } };
  } catch (error) {
    if (error instanceof errors.JWTExpired) return refuse({ code: "PGRST303", message: "JWT expired" });
    if (error instanceof errors.JOSEError) return refuse({ code: "PGRST301", message: error.message });
    throw error;
  }
}

function refuse(
  body: { message: string; hint?: string; code?: string },
  status = 401,
): { refusal: Response } {
  const details = body.code ? { details: null, hint: null } : {};
  return {
    refusal: Response.json({ ...details, ...body }, { status, headers: { "www-authenticate": "Bearer" } }),
  };
}
