/** Broadcasts over Realtime's REST interface: one call for many topics, and no socket of the worker's own. */
import { type Broadcaster, RefusedMessageError } from "../session/broadcaster.ts";

export interface SupabaseBroadcasterOptions {
  url: string;
  secretKey: string;
  fetch?: typeof fetch;
}

/** Longer than the lane waits; only so that nothing hangs for ever. */
const CALL_TIMEOUT_MS = 5_000;
/** What Realtime answers to a message that it cannot take; a key (401, 403) or a rate (429) is no message's fault. */
const REFUSED_STATUSES = [400, 413, 422];

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
      if (response.ok) return;
      const { status } = response;
      const reason = `Cannot broadcast: Realtime answered ${status}`;
      throw REFUSED_STATUSES.includes(status) ? new RefusedMessageError(reason) : new Error(reason);
    },
  };
}
