/** Hands the server a new access token before the old one ends, so that a long connection is never cut for it. */
import type { Clock } from "./ports.ts";
import { tokenLifeMs } from "./token-life.ts";

const REFRESH_BEFORE_MS = 60_000;
const RETRY_MS = 10_000;
/** Timers with a longer delay fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface TokenRequest {
  /** The last token was refused or is about to end: a cached one does not help. */
  forceRefresh: boolean;
}

/**
 * Resolves to a valid access token of the signed-in user. A rejection is followed by another request after a while,
 * unless it is a `SignedOutError`.
 */
export type GetAccessToken = (request: TokenRequest) => Promise<string>;

export interface TokenRefreshOptions {
  clock: Clock;
  accessToken: string;
  getAccessToken: GetAccessToken;
  onRefreshed(accessToken: string): void;
}

/** Starts watching the token; the returned function stops. A token without an expiry is left alone. */
export function startTokenRefresh(options: TokenRefreshOptions): () => void {
  const { clock, getAccessToken, onRefreshed } = options;
  let accessToken = options.accessToken;
  let isStopped = false;
  let takeBack = () => {};

  function scheduleNext({ isNew }: { isNew: boolean }): void {
    const lifeMs = tokenLifeMs(accessToken, { nowMs: clock.now(), isNew });
    if (lifeMs === null) return;
    // Half the remaining life of a token that is short-lived by design.
    const delay = Math.max(lifeMs - REFRESH_BEFORE_MS, lifeMs / 2);
    takeBack = clock.schedule(Math.min(delay, LONGEST_TIMER_MS), refresh);
  }

  async function refresh(): Promise<void> {
    try {
      const next = await getAccessToken({ forceRefresh: true });
      if (isStopped) return;
      const isNew = next !== accessToken;
      accessToken = next;
      if (isNew) {
        onRefreshed(next);
        return scheduleNext({ isNew });
      }
    } catch {
      // The server will close with 4401 if no attempt succeeds; that path reports it.
    }
    if (!isStopped) takeBack = clock.schedule(RETRY_MS, refresh);
  }

  scheduleNext({ isNew: false });
  return () => {
    isStopped = true;
    takeBack();
  };
}
