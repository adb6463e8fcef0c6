/** What is known of the user's sessions. */
import type { ChannelConnectionState } from "../channels/channel-state.ts";
import type { ListedSession } from "./list-model.ts";

export interface SessionListState {
  readonly connection: ChannelConnectionState;
  /** What is searched for; empty for all. */
  readonly query: string;
  /** Newest activity first. */
  readonly sessions: readonly ListedSession[];
  readonly hasMore: boolean;
  /** The list, what is searched for, or the next page is on its way: `sessions` are what was there before. */
  readonly isLoading: boolean;
  /** How many of `sessions` have a summary that was not read. */
  readonly unreadCount: number;
}
