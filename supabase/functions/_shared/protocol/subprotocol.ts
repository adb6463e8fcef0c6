/** WebSocket subprotocols: `parley.v1` names the protocol, `jwt-<token>` carries what a browser cannot put in a header. */

export const PROTOCOL_VERSION = "parley.v1";
const TOKEN_PREFIX = "jwt-";

/** The subprotocols a client offers. The server echoes `parley.v1` only, so the token is never repeated. */
export function toSubprotocols(accessToken: string): string[] {
  return [PROTOCOL_VERSION, TOKEN_PREFIX + accessToken];
}

export type OfferedSubprotocols =
  | { profile: "plain" }
  | { profile: "parley"; accessToken: string | null }
  | { profile: "unsupported" };

/**
 * Reads a `Sec-WebSocket-Protocol` header. No header at all is the plain profile.
 * `unsupported` covers every offer that does not contain `parley.v1`.
 */
export function parseSubprotocols(header: string | null): OfferedSubprotocols {
  if (header === null || header.trim() === "") return { profile: "plain" };
  const offered = header.split(",").map((entry) => entry.trim());
  if (!offered.includes(PROTOCOL_VERSION)) return { profile: "unsupported" };
  const token = offered.find((entry) => entry.startsWith(TOKEN_PREFIX));
  return { profile: "parley", accessToken: token ? token.slice(TOKEN_PREFIX.length) : null };
}
