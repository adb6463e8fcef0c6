/** Tells when an access token ends. */
import { claimsOf } from "./token-claims.ts";

/** Milliseconds since 1970; `null` when the token is not a JWT with an expiry. */
export function tokenExpiryMs(accessToken: string): number | null {
  const expiry = claimsOf(accessToken)?.exp;
  return typeof expiry === "number" ? expiry * 1000 : null;
}
