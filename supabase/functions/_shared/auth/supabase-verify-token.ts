/**
 * Verifies access tokens with Supabase Auth: asymmetric ones by their signature, symmetric ones by asking the server,
 * because functions are not given the shared secret.
 */
import { isAuthRetryableFetchError, type SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { VerifyToken } from "./verify-token.ts";

const MAX_TOKEN_LENGTH = 16_384;

const claimsSchema = z.object({ sub: z.uuid(), role: z.literal("authenticated"), exp: z.number() });

type Claims = Pick<SupabaseClient["auth"], "getClaims">;
type ClaimsOptions = NonNullable<Parameters<Claims["getClaims"]>[1]>;

export interface VerifyOptions {
  auth: Claims;
  /** The project's public keys when the platform hands them to functions; otherwise the client fetches them. */
  jwks?: ClaimsOptions["jwks"];
  now(): number;
}

export function createSupabaseVerifyToken({ auth, jwks, now }: VerifyOptions): VerifyToken {
  return async (accessToken) => {
    const expiresAt = expiryOf(accessToken);
    if (expiresAt === null) return { ok: false, code: "unauthorized" };
    if (expiresAt <= now()) return { ok: false, code: "token_expired" };

    const { data, error } = await auth.getClaims(accessToken, jwks ? { jwks } : {});
    if (isAuthRetryableFetchError(error)) throw error;
    const claims = claimsSchema.safeParse(data?.claims);
    if (error || !claims.success) return { ok: false, code: "unauthorized" };
    return {
      ok: true,
      credentials: { userId: claims.data.sub, accessToken, expiresAt: claims.data.exp * 1000 },
    };
  };
}

/** When a token says it expires, in milliseconds; `null` when it is no JWT. Proves nothing. */
function expiryOf(accessToken: string): number | null {
  const [, payload, signature] = accessToken.split(".");
  if (accessToken.length > MAX_TOKEN_LENGTH || !payload || !signature) return null;
  try {
    const { exp } = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof exp === "number" ? exp * 1000 : null;
  } catch {
    return null;
  }
}
