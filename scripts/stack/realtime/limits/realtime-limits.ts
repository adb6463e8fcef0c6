/** The limits of a project, those of the platform's free plan unless told otherwise. */

export interface RealtimeLimits {
  readonly connections: number;
  readonly channelsPerConnection: number;
  readonly joinsPerSecond: number;
  /** Counted as the platform does: each broadcast sent and each delivery to a channel. */
  readonly messagesPerSecond: number;
  readonly presenceMessagesPerSecond: number;
  /** Calls of `track()` and `untrack()` on one channel in `presenceWindowMs`. */
  readonly presenceCallsPerWindow: number;
  readonly presenceWindowMs: number;
  readonly payloadBytes: number;
  /** A longer frame ends the connection with 1009. */
  readonly frameBytes: number;
  /** A client that sends nothing, not even heartbeats, is disconnected after this. */
  readonly silenceMs: number;
  /** How long a refused join is kept waiting; 5 s on the platform. */
  readonly joinErrorDelayMs: number;
}

export const FREE_PLAN_LIMITS: RealtimeLimits = {
  connections: 200,
  channelsPerConnection: 100,
  joinsPerSecond: 100,
  messagesPerSecond: 100,
  presenceMessagesPerSecond: 20,
  presenceCallsPerWindow: 5,
  presenceWindowMs: 30_000,
  payloadBytes: 256_000 + 500, // the platform allows this much for the envelope
  frameBytes: 5_000_000,
  silenceMs: 60_000,
  joinErrorDelayMs: 0,
};
