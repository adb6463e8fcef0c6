/** What a client may ask for. Strict: an unknown field is refused, so that a misspelt option is never silently ignored. */
import { z } from "zod";

/** Longest text of one message, in UTF-16 code units. */
export const MAX_MESSAGE_LENGTH = 32_000;
/** Longest reason, or text that answers a question, in UTF-16 code units. */
export const MAX_VALUE_LENGTH = 2_000;
/** Largest frame a client may send, in bytes. */
export const MAX_FRAME_BYTES = 256 * 1024;

/** The idempotency key: the same id is applied once, however often it is sent (R5). */
const commandId = z.uuid();
const shortText = z.string().max(MAX_VALUE_LENGTH);

export const onBusySchema = z.enum(["queue", "interrupt", "reject"]);
export type OnBusy = z.infer<typeof onBusySchema>;

export const messageCreateSchema = z.strictObject({
  type: z.literal("message.create"),
  id: commandId,
  text: z.string(),
  onBusy: onBusySchema.default("queue"),
});

export const turnCancelSchema = z.strictObject({
  type: z.literal("turn.cancel"),
  id: commandId,
  turnId: z.uuid().optional(),
});

export const toolApproveSchema = z.strictObject({
  type: z.literal("tool.approve"),
  id: commandId,
  approvalId: z.string().min(1).max(200),
  approved: z.boolean(),
  reason: shortText.optional(),
});

export const inputProvideSchema = z.strictObject({
  type: z.literal("input.provide"),
  id: commandId,
  interruptId: z.string().min(1).max(200),
  values: z.record(z.string().max(200), z.union([shortText, z.number(), z.boolean()])).optional(),
  declined: z.literal(true).optional(),
}).refine((command) => (command.values === undefined) !== (command.declined === undefined), {
  message: "Give either values or declined",
});

export const messageRegenerateSchema = z.strictObject({
  type: z.literal("message.regenerate"),
  id: commandId,
  messageId: z.string().min(1).max(200),
});

export const sessionEndSchema = z.strictObject({ type: z.literal("session.end"), id: commandId });

export const authRefreshSchema = z.strictObject({
  type: z.literal("auth.refresh"),
  accessToken: z.string().min(1).max(16_384),
});

export const pingSchema = z.strictObject({ type: z.literal("ping") });

/** Commands that change the session: durable, idempotent, applied by the leader (K10). */
export const durableCommandSchema = z.discriminatedUnion("type", [
  messageCreateSchema,
  turnCancelSchema,
  toolApproveSchema,
  inputProvideSchema,
  messageRegenerateSchema,
  sessionEndSchema,
]);
export type DurableCommand = z.infer<typeof durableCommandSchema>;

/** Commands that concern only the connection they arrive on. */
export const connectionCommandSchema = z.discriminatedUnion("type", [authRefreshSchema, pingSchema]);
export type ConnectionCommand = z.infer<typeof connectionCommandSchema>;

export type Command = DurableCommand | ConnectionCommand;
/** What a client writes: `onBusy` may be left out. */
export type CommandInput = z.input<typeof durableCommandSchema> | ConnectionCommand;

export const COMMAND_TYPES: readonly Command["type"][] = [
  "message.create",
  "turn.cancel",
  "tool.approve",
  "input.provide",
  "message.regenerate",
  "session.end",
  "auth.refresh",
  "ping",
];
