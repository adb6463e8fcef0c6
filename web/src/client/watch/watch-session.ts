/** The entry to watching: follows a session over Realtime, without a socket of its own. */
import { accessTokenOf } from "../channels/access-token-of.ts";
import type { SupabasePort } from "../channels/supabase-port.ts";
import { type SessionPorts, toDefaultPorts } from "../ports.ts";
import type { GetAccessToken } from "../token-refresh.ts";
import { SessionWatch } from "./session-watch.ts";

export interface WatchSessionOptions extends Partial<SessionPorts> {
  /** A signed-in client of the official library. */
  supabase: SupabasePort;
  /** A session of the user's own, or one they were invited to. */
  sessionId: string;
  /** Needed only where `supabase` gets its tokens from elsewhere than Supabase Auth. */
  getAccessToken?: GetAccessToken;
  /** Shows this tab to the others, and the others here; true unless said otherwise. */
  hasPresence?: boolean;
}

/**
 * Attaches in the background and stays attached until `close`, or until this may not be watched any more.
 *
 * @example
 * const watch = watchSession({ supabase, sessionId });
 * watch.subscribe(() => render(watch.state));
 */
export function watchSession({ supabase, sessionId, ...options }: WatchSessionOptions): SessionWatch {
  const { getAccessToken, hasPresence = true, ...given } = options;
  const ports = { ...toDefaultPorts(), ...given };
  return new SessionWatch({
    supabase,
    sessionId,
    getAccessToken: getAccessToken ?? accessTokenOf(supabase, ports.clock),
    hasPresence,
    ports,
  });
}
