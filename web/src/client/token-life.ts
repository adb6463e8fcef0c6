/** Tells how long an access token goes on to be valid. */
import { claimsOf } from "./token-claims.ts";

/** Nobody issues shorter ones without telling when. */
const LEAST_MS = 20_000;

/**
 * In milliseconds; `null` when the token is not a JWT with an expiry. The clock of a device may be wrong by hours, so
 * that a token that was issued just now (`isNew`) is believed more, which tells its whole length.
 */
export function tokenLifeMs(
  accessToken: string,
  { nowMs, isNew }: { nowMs: number; isNew: boolean },
): number | null {
  const { exp, iat } = claimsOf(accessToken) ?? {};
  if (typeof exp !== "number") return null;
  const leftMs = Math.max(0, exp * 1000 - nowMs);
  const wholeMs = typeof iat === "number" && iat < exp ? (exp - iat) * 1000 : null;
  if (isNew) return wholeMs ?? Math.max(LEAST_MS, leftMs);
  return Math.min(leftMs, wholeMs ?? leftMs);
}
