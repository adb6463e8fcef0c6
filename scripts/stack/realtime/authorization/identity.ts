/** Who speaks: the holder of an API key, or of an access token. */

import { errors, type JWTPayload } from "jose";
import type { AccessTokens } from "../../auth/access-tokens.ts";
import { API_ROLES, type ApiKeys } from "../../gateway/authorize-api-request.ts";

export interface Identity {
  readonly claims: JWTPayload & { role: string };
  /** As it was given. */
  readonly token: string;
  /** In seconds since 1970; an API key has no end. */
  readonly expiresAt?: number;
}

/** A refusal in the platform's words; `code` comes before the message in the answer to a join. */
export class TokenError extends Error {
  constructor(readonly code: "InvalidJWTToken" | "MalformedJWT" | "JwtSignatureError", message: string) {
    super(message);
  }
}

export interface IdentityOptions {
  keys: ApiKeys;
  tokens: AccessTokens;
}

/** Throws a `TokenError`. */
export async function identify(token: string, { keys, tokens }: IdentityOptions): Promise<Identity> {
  if (token === keys.publishableKey) return { token, claims: { role: "anon" } };
  if (token === keys.secretKey) return { token, claims: { role: "service_role" } };
  const claims = await tokens.verify(token).catch((error: unknown) => {
    throw error instanceof errors.JOSEError ? toTokenError(error) : error;
  });
  const { role, exp } = claims;
  if (typeof role !== "string" || typeof exp !== "number") {
    throw new TokenError("InvalidJWTToken", "Fields `role` and `exp` are required in JWT");
  }
  if (!API_ROLES.includes(role)) throw new TokenError("InvalidJWTToken", `The role "${role}" is not allowed`);
  return { token, claims: { ...claims, role }, expiresAt: exp };
}

export function hasExpired({ expiresAt }: Identity, now: Date): boolean {
  return expiresAt !== undefined && expiresAt * 1000 <= now.getTime();
}

export function expiryError(expiresAt: number, now: Date): TokenError {
  const seconds = Math.max(0, Math.floor(now.getTime() / 1000) - expiresAt);
  return new TokenError("InvalidJWTToken", `Token has expired ${seconds} seconds ago`);
}

function toTokenError(error: errors.JOSEError): TokenError {
  if (error instanceof errors.JWTExpired) return expiryError(Number(error.payload.exp), new Date());
  if (
    error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JOSEAlgNotAllowed
  ) {
    return new TokenError("JwtSignatureError", "Failed to validate JWT signature");
  }
  return new TokenError("MalformedJWT", "The token provided is not a valid JWT");
}
