/** What an application sees of a session it watches: the state of a session, and who else is there. */
import type { WatchRole } from "../protocol.ts";
import type { ConnectionState, SessionState } from "../session-state.ts";

/**
 * Why the view ended: left with `close`, the access token is of no more use, the session is not theirs or not there, or
 * the invitation was taken back.
 */
export type StopCause = "closed" | "signed_out" | "forbidden" | "revoked";

export type WatchConnectionState =
  | Exclude<ConnectionState, { status: "stopped" }>
  | { readonly status: "stopped"; readonly code: number; readonly reason: string; readonly cause: StopCause };

/** Somebody else in the session. For an observer, `role` is what the other says of itself. */
export interface Participant {
  readonly id: string;
  readonly role: WatchRole;
  readonly isTyping: boolean;
}

export interface WatchState extends SessionState {
  readonly connection: WatchConnectionState;
  /** `null` until the first answer of the server. */
  readonly role: WatchRole | null;
  readonly participants: readonly Participant[];
}
