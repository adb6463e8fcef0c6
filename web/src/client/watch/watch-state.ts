/** What an application sees of a session it watches: the state of a session, and who else is there. */
import type { ChannelConnectionState } from "../channels/channel-state.ts";
import type { WatchRole } from "../protocol.ts";
import type { SessionState } from "../session-state.ts";

/** Somebody else in the session. For an observer, `role` is what the other says of itself. */
export interface Participant {
  readonly id: string;
  readonly role: WatchRole;
  readonly isTyping: boolean;
}

export interface WatchState extends SessionState {
  readonly connection: ChannelConnectionState;
  /** Only a session's own connection tells. */
  readonly mode: null;
  /** `null` until the first answer of the server. */
  readonly role: WatchRole | null;
  readonly participants: readonly Participant[];
}
