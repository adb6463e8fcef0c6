/** The wire protocol of Parley, complete: what a server and a client must share. Depends on zod only. */
export * from "./apply-chunk.ts";
export * from "./channels.ts";
export * from "./chunk.ts";
export * from "./close-codes.ts";
export * from "./codec.ts";
export * from "./commands.ts";
export * from "./cursor.ts";
export * from "./error-codes.ts";
export * from "./frames.ts";
export * from "./message.ts";
export * from "./plain-profile.ts";
export * from "./to-plain-text.ts";
export * from "./subprotocol.ts";
export * from "./unpack-chunks.ts";
