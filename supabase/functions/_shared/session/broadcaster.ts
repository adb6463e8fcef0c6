/** The port to the Realtime channels: who watches a session without a socket hears it there (DESIGN section 8). */

export interface Broadcaster {
  /** Sends messages to private topics. Nothing is kept for whoever does not listen. @throws Error when not taken */
  broadcast(messages: Broadcast[]): Promise<void>;
}

export interface Broadcast {
  topic: string;
  event: string;
  payload: Record<string, unknown>;
}
