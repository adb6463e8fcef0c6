/** The port to the Realtime channels: who watches a session without a socket hears it there (DESIGN section 8). */

export interface Broadcaster {
  /**
   * Sends messages to private topics. Nothing is kept for whoever does not listen.
   * @throws RefusedMessageError when one of them cannot be taken as it is, and none was; Error when none can be taken now
   */
  broadcast(messages: Broadcast[]): Promise<void>;
}

export interface Broadcast {
  topic: string;
  event: string;
  payload: Record<string, unknown>;
}

/** At fault is a message, for example its size, and not the moment. */
export class RefusedMessageError extends Error {
  override name = "RefusedMessageError";
}
