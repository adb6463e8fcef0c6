/** Text frames to typed values and back. Untrusted text never throws: a refusal is a value with its error code. */
import {
  type Command,
  COMMAND_TYPES,
  connectionCommandSchema,
  durableCommandSchema,
  MAX_MESSAGE_LENGTH,
} from "./commands.ts";
import { type ErrorCode, toWireError, type WireError } from "./error-codes.ts";
import { type Frame, frameSchema } from "./frames.ts";

export type Parsed<Value> = { ok: true; value: Value } | { ok: false; error: WireError };

/** Parses one frame from a client. The error names the command id where one could be read. */
export function parseCommand(text: string): Parsed<Command> {
  const json = parseJson(text);
  if (json === undefined) return refuse("invalid_json");
  if (typeof json !== "object" || json === null || Array.isArray(json)) return refuse("invalid_command");
  const { type, id } = json as { type?: unknown; id?: unknown };
  const commandId = typeof id === "string" && id.length <= 64 ? id : undefined;
  if (!COMMAND_TYPES.some((known) => known === type)) return refuse("unknown_command", commandId);

  const schema = type === "ping" || type === "auth.refresh" ? connectionCommandSchema : durableCommandSchema;
  const result = schema.safeParse(json);
  if (!result.success) {
    const field = result.error.issues[0]?.path.join(".") || result.error.issues[0]?.code;
    return refuse("invalid_command", commandId, `The command has a wrong or missing field: ${field}.`);
  }
  const command = result.data;
  const refusal = command.type === "message.create" ? checkMessageText(command.text) : null;
  return refusal ? refuse(refusal.code, commandId, refusal.detail) : { ok: true, value: command };
}

/** Why a text cannot be a message, or `null` when it can. */
export function checkMessageText(text: string): { code: ErrorCode; detail?: string } | null {
  if (text.trim() === "") return { code: "message_empty" };
  if (text.length <= MAX_MESSAGE_LENGTH) return null;
  return { code: "message_too_long", detail: `The message is longer than ${MAX_MESSAGE_LENGTH} characters.` };
}

export function encodeFrame(frame: Frame): string {
  return JSON.stringify(frame);
}

/** Reads a frame from the server; `null` for one this version does not know, which a client skips. */
export function parseFrame(text: string): Frame | null {
  const result = frameSchema.safeParse(parseJson(text));
  return result.success ? result.data : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuse(code: ErrorCode, commandId?: string, detail?: string): { ok: false; error: WireError } {
  return { ok: false, error: toWireError(code, { commandId, detail }) };
}
