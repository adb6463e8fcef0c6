/** What an application imports. */
export type * from "./chat/chat-types.ts";
export { type ChatTransportOptions, createChatTransport } from "./chat/create-chat-transport.ts";
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
  messageSchema,
  textOf,
  toolNameOf,
} from "./protocol.ts";
export type { SessionClient } from "./session-client.ts";
export type * from "./session-state.ts";
export type { GetAccessToken, TokenRequest } from "./token-refresh.ts";
