/** The entry to the list: the sessions of the signed-in user, live. */
import { accessTokenOf } from "../channels/access-token-of.ts";
import type { SupabasePort } from "../channels/supabase-port.ts";
import { type SessionPorts, toDefaultPorts } from "../ports.ts";
import type { GetAccessToken } from "../token-refresh.ts";
import { LiveSessionList } from "./live-session-list.ts";

const PAGE_SIZE = 20;
/** The database gives no more at once. */
const LARGEST_PAGE = 50;

export interface SessionListOptions extends Partial<SessionPorts> {
  /** A signed-in client of the official library. */
  supabase: SupabasePort;
  /** At most 50; 20 unless said otherwise. */
  pageSize?: number;
  /** Needed only where `supabase` gets its tokens from elsewhere than Supabase Auth. */
  getAccessToken?: GetAccessToken;
}

/**
 * Reads in the background and stays up to date until `close`.
 *
 * @example
 * const list = sessionList({ supabase });
 * list.subscribe(() => render(list.state.sessions));
 */
export function sessionList(
  { supabase, pageSize = PAGE_SIZE, ...options }: SessionListOptions,
): LiveSessionList {
  const { getAccessToken, ...given } = options;
  const ports = { ...toDefaultPorts(), ...given };
  return new LiveSessionList({
    supabase,
    pageSize: Math.min(pageSize, LARGEST_PAGE),
    getAccessToken: getAccessToken ?? accessTokenOf(supabase, ports.clock),
    ports,
  });
}
