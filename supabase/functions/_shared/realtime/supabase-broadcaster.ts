/** Broadcasts over Realtime's REST interface: one call for many topics, and no socket of the worker's own. */
import type { Broadcaster } from "../session/broadcaster.ts";

export interface SupabaseBroadcasterOptions {
  url: string;
  secretKey: string;
  fetch?: typeof fetch;
}

/** Longer than the lane waits; only so that nothing hangs for ever. */
const CALL_TIMEOUT_MS = 5_000;

export function createSupabaseBroadcaster(
  { url, secretKey, fetch: request = fetch }: SupabaseBroadcasterOptions,
): Broadcaster {
  const endpoint = `${url}/realtime/v1/api/broadcast`;
  const headers = {
    "content-type": "application/json",
    apikey: secretKey,
    // A legacy key is a JWT, and projects that have no other want it here, too.
    ...(secretKey.startsWith("sb_") ? {} : { authorization: `Bearer ${secretKey}` }),
  };
  return {
    async broadcast(messages) {
      const body = JSON.stringify({ messages: messages.map((message) => ({ ...message, private: true })) });
      const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
      const response = await request(endpoint, { method: "POST", headers, body, signal });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`Cannot broadcast: Realtime answered ${response.status}`);
    },
  };
}
