/** What an application imports. */
export { openSession, type OpenSessionOptions } from "./open-session.ts";
export { unseenMessages } from "./pending-commands.ts";
export type * from "./ports.ts";
export type * from "./protocol.ts";
export { isToolPart, textOf, toolNameOf } from "./protocol.ts";
export type { SessionClient } from "./session-client.ts";
export type * from "./session-state.ts";
export type { GetAccessToken, TokenRequest } from "./token-refresh.ts";
