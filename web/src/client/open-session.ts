/** The entry to the session client: opens a session, or returns to one. */
import { type SessionPorts, toDefaultPorts } from "./ports.ts";
import { SessionClient } from "./session-client.ts";
import { toSessionUrl } from "./session-url.ts";
import type { GetAccessToken } from "./token-refresh.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface OpenSessionOptions extends Partial<SessionPorts> {
  /** The address of the session function, such as `https://<project>.supabase.co/functions/v1/session`. */
  url: string;
  /** A UUID. One that was never used creates a session for the signed-in user. */
  sessionId: string;
  getAccessToken: GetAccessToken;
}

/**
 * Connects in the background and stays connected until `close`, `detach` or a close code that says stop.
 *
 * @throws TypeError when `url` is no address, or `sessionId` no UUID.
 * @example
 * const session = openSession({
 *   url: `${SUPABASE_URL}/functions/v1/session`,
 *   sessionId: crypto.randomUUID(),
 *   getAccessToken: accessTokenOf(supabase),
 * });
 * session.subscribe(() => render(session.state));
 * session.send("Hello");
 */
export function openSession({ url, sessionId, getAccessToken, ...ports }: OpenSessionOptions): SessionClient {
  toSessionUrl(url, { sessionId, cursor: null });
  // The server would refuse the handshake, of which a browser tells no more than that it failed.
  if (!UUID.test(sessionId)) throw new TypeError(`Cannot open session "${sessionId}": its id must be a UUID`);
  return new SessionClient({ url, sessionId, getAccessToken, ports: { ...toDefaultPorts(), ...ports } });
}
