/** What an application imports. */
export { accessTokenOf } from "./channels/access-token-of.ts";
export type { ChannelConnectionState, StopCause } from "./channels/channel-state.ts";
export type { Failure } from "./channels/ask-supabase.ts";
export { SupabaseRequestError } from "./channels/supabase-request-error.ts";
export type { SupabasePort } from "./channels/supabase-port.ts";
export type * from "./chat/chat-types.ts";
export { type ChatTransportOptions, createChatTransport } from "./chat/create-chat-transport.ts";
export type { ListedSession } from "./list/list-model.ts";
export type { LiveSessionList } from "./list/live-session-list.ts";
export { sessionList, type SessionListOptions } from "./list/session-list.ts";
export type { SessionListState } from "./list/session-list-state.ts";
export type { SnippetPart } from "./list/to-snippet.ts";
export { openSession, type OpenSessionOptions } from "./open-session.ts";
export { unseenMessages } from "./pending-commands.ts";
export { messagesOfLog } from "./shown-messages.ts";
export type * from "./ports.ts";
export type * from "./protocol.ts";
export {
  closeActionOf,
  ERROR_CODES,
  isToolPart,
  MAX_MESSAGE_LENGTH,
  MAX_VALUE_LENGTH,
  messageSchema,
  textOf,
  toolNameOf,
} from "./protocol.ts";
export { acceptShare, createShare, listShares, revokeShare, type Share } from "./shares/shares.ts";
export type { SessionClient } from "./session-client.ts";
export type * from "./session-state.ts";
export { SessionPresence, type SessionPresenceOptions } from "./watch/session-presence.ts";
export type { SessionWatch } from "./watch/session-watch.ts";
export { watchSession, type WatchSessionOptions } from "./watch/watch-session.ts";
export type * from "./watch/watch-state.ts";
export { SignedOutError } from "./signed-out-error.ts";
export type { GetAccessToken, TokenRequest } from "./token-refresh.ts";
export { toUserStorage } from "./user-storage.ts";
