/** The closed list of errors a client can be told, each with its plain sentence (R12: nothing else ever reaches a client). */
import { z } from "zod";

/** By `code` of a `WireError`, and by `errorCode` of an answer that failed. */
export const ERROR_CODES = {
  invalid_json: { type: "invalid_request", retryable: false, message: "The frame is not valid JSON." },
  invalid_command: {
    type: "invalid_request",
    retryable: false,
    message: "The command has wrong or missing fields.",
  },
  unknown_command: { type: "invalid_request", retryable: false, message: "The command type is unknown." },
  binary_frame: { type: "invalid_request", retryable: false, message: "Only text frames are accepted." },
  message_empty: { type: "invalid_request", retryable: false, message: "The message is empty." },
  message_too_long: { type: "invalid_request", retryable: false, message: "The message is too long." },
  frame_too_big: { type: "invalid_request", retryable: false, message: "The frame is too big." },
  nothing_to_answer: {
    type: "conflict",
    retryable: false,
    message: "There is no such open question or approval in this session.",
  },
  nothing_to_regenerate: {
    type: "conflict",
    retryable: false,
    message: "Only the last answer of the session can be regenerated.",
  },
  busy: { type: "conflict", retryable: true, message: "An answer is still being written." },
  queue_full: { type: "conflict", retryable: true, message: "Too many messages are waiting for an answer." },
  session_ended: { type: "conflict", retryable: false, message: "The session has ended." },
  unauthorized: {
    type: "authentication",
    retryable: false,
    message: "The access token is missing or not valid.",
  },
  token_expired: { type: "authentication", retryable: true, message: "The access token has expired." },
  forbidden: { type: "permission", retryable: false, message: "This session cannot be opened." },
  rate_limited: { type: "rate_limit", retryable: true, message: "Too many frames in a short time." },
  too_many_connections: {
    type: "rate_limit",
    retryable: true,
    message: "You have too many connections open.",
  },
  model_unavailable: { type: "model", retryable: true, message: "The model could not be reached." },
  model_rejected: { type: "model", retryable: false, message: "The model refused the request." },
  model_quota_exceeded: {
    type: "model",
    retryable: false,
    message: "The model account has run out of quota.",
  },
  model_misconfigured: { type: "model", retryable: false, message: "The model key or name is not valid." },
  turn_timeout: { type: "model", retryable: true, message: "The answer took too long." },
  turn_interrupted: {
    type: "server",
    retryable: true,
    message: "The answer was interrupted and could not be continued.",
  },
  storage_unavailable: {
    type: "server",
    retryable: true,
    message: "The session could not be saved just now.",
  },
  overloaded: { type: "server", retryable: true, message: "The server is at its limit." },
  internal: { type: "server", retryable: true, message: "Something went wrong on the server." },
} as const satisfies Record<string, { type: string; retryable: boolean; message: string }>;

/**
 * Errors that leave a command's fate open: it may be on record although nobody could say so. A client sends it again under
 * the same id; under another id it could take effect twice.
 */
export const UNDECIDED_CODES: readonly string[] = ["storage_unavailable", "rate_limited"];

export type ErrorCode = keyof typeof ERROR_CODES;

/** The sentence of a code, which another version of the server may have recorded. */
export function sentenceOf(code: string | undefined): string {
  const known = Object.entries(ERROR_CODES).find(([name]) => name === code)?.[1];
  return (known ?? ERROR_CODES.internal).message;
}
export const errorCodeSchema = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]);

/** What an `error` frame carries. `type` groups codes for clients that do not know a code. */
export const wireErrorSchema = z.object({
  type: z.string(),
  code: z.string(),
  message: z.string(),
  commandId: z.string().optional(),
  retryable: z.boolean(),
  retryAfterMs: z.number().int().nonnegative().optional(),
});
export type WireError = z.infer<typeof wireErrorSchema>;

export type WireErrorDetails = { commandId?: string; retryAfterMs?: number; detail?: string };

/**
 * Builds the error object of a frame from its code. `detail` replaces the sentence where a more exact one helps
 * (which field is wrong, which limit applies); it must be written by us, never taken from a library.
 */
export function toWireError(
  code: ErrorCode,
  { commandId, retryAfterMs, detail }: WireErrorDetails = {},
): WireError {
  const { type, retryable, message } = ERROR_CODES[code];
  return {
    type,
    code,
    message: detail ?? message,
    ...(commandId === undefined ? {} : { commandId }),
    retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
