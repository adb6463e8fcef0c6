/** Reads what an access token says of itself, without verifying it: only the server can do that. */

/** `null` when the token is not a JWT. */
export function claimsOf(accessToken: string): Readonly<Record<string, unknown>> | null {
  const payload = accessToken.split(".")[1];
  if (payload === undefined) return null;
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof claims === "object" && claims !== null ? claims as Record<string, unknown> : null;
  } catch {
    return null;
  }
}
