/** Every close code the server sends, and what a client does next. PROTOCOL.md prints this table. */

/**
 * `reconnect`: at once. `backoff`: with jittered backoff. `refresh`: get a new access token, then reconnect.
 * `stop`: do not come back by itself.
 */
export type CloseAction = "reconnect" | "backoff" | "refresh" | "stop";

export const CLOSE_CODES = {
  normal: { code: 1000, action: "stop", meaning: "The client closed the session" },
  goingAway: { code: 1001, action: "backoff", meaning: "The peer went away or did not answer a ping" },
  policy: { code: 1008, action: "stop", meaning: "The client kept breaking the protocol" },
  tooBig: { code: 1009, action: "stop", meaning: "A frame was larger than the limit" },
  internal: { code: 1011, action: "backoff", meaning: "The server failed" },
  restarting: { code: 1012, action: "reconnect", meaning: "The worker is being replaced" },
  overloaded: { code: 1013, action: "backoff", meaning: "The worker is at its limit" },
  unauthorized: { code: 4401, action: "refresh", meaning: "The access token is missing, invalid or expired" },
  forbidden: { code: 4403, action: "stop", meaning: "This session cannot be opened" },
  idle: { code: 4408, action: "stop", meaning: "Nothing happened for too long" },
  superseded: { code: 4409, action: "stop", meaning: "The connection was replaced by a newer one" },
  ended: { code: 4410, action: "stop", meaning: "The session ended" },
  slowReader: { code: 4413, action: "reconnect", meaning: "The client did not read fast enough" },
  rateLimited: { code: 4429, action: "backoff", meaning: "Too many frames or connections" },
} as const satisfies Record<string, { code: number; action: CloseAction; meaning: string }>;

export type CloseName = keyof typeof CLOSE_CODES;

/** What to do after any close code; codes that nobody assigned mean a broken network. */
export function closeActionOf(code: number): CloseAction {
  const known = Object.values(CLOSE_CODES).find((entry) => entry.code === code);
  return known?.action ?? "backoff";
}
