/** Reads when an access token ends, without verifying it: only the server can do that. */

/** Milliseconds since 1970; `null` when the token is not a JWT with an expiry. */
export function tokenExpiryMs(accessToken: string): number | null {
  const payload = accessToken.split(".")[1];
  if (payload === undefined) return null;
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    const expiry = (claims as { exp?: unknown } | null)?.exp;
    return typeof expiry === "number" ? expiry * 1000 : null;
  } catch {
    return null;
  }
}
