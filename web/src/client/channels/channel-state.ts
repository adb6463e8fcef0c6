/** How something that listens to a channel is connected. */
import type { ConnectionState } from "../session-state.ts";

/**
 * Why it came to an end: left with `close`, the access token is of no more use, what was asked for is not theirs or not
 * there, or it was theirs and is not any more (an invitation was taken back, a session deleted).
 */
export type StopCause = "closed" | "signed_out" | "forbidden" | "revoked";

export type ChannelConnectionState =
  | Exclude<ConnectionState, { status: "stopped" }>
  | { readonly status: "stopped"; readonly code: number; readonly reason: string; readonly cause: StopCause };
