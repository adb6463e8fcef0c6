/** The answer stream: the subset of the AI SDK's `UIMessageChunk` that Parley emits, verbatim in name and shape (`ai` 7). */
import { z } from "zod";

const id = z.string();

/** Token counts of a step or turn, as the provider reported them; `estimated` when it was stopped before it could. */
export const usageSchema = z.object({
  inputTokens: z.number().int().nonnegative(),
  outputTokens: z.number().int().nonnegative(),
  totalTokens: z.number().int().nonnegative(),
  estimated: z.boolean().optional(),
});
export type Usage = z.infer<typeof usageSchema>;

/** How a turn stands: `waiting` for an approval; every other value but `running` is final. */
export const turnStatusSchema = z.enum([
  "queued",
  "running",
  "waiting",
  "completed",
  "cancelled",
  "failed",
  "interrupted",
]);
export type TurnStatus = z.infer<typeof turnStatusSchema>;

/** What `start`, `message-metadata` and `finish` say about the answer itself. Times in milliseconds. */
export const messageMetadataSchema = z.object({
  status: turnStatusSchema.optional(),
  turnId: z.string().optional(),
  createdAt: z.string().optional(),
  model: z.string().optional(),
  usage: usageSchema.optional(),
  timeToFirstTokenMs: z.number().nonnegative().optional(),
  errorCode: z.string().optional(),
  /** Id of the user message that this answers. */
  replyTo: z.string().optional(),
  /** Id of the answer that this one was asked to replace. */
  replaces: z.string().optional(),
});
export type MessageMetadata = z.infer<typeof messageMetadataSchema>;

/** The spoken question's machine-readable twin: a tool call lacks required parameters. */
export const inputRequiredSchema = z.object({
  interruptId: z.string(),
  toolCallId: z.string(),
  toolName: z.string(),
  missing: z.array(z.string()),
  question: z.string(),
  inputSchema: z.record(z.string(), z.unknown()),
});
export type InputRequired = z.infer<typeof inputRequiredSchema>;

/** Something the user should know about who answers, such as a switch to another model. */
export const noticeSchema = z.object({ code: z.string(), message: z.string(), model: z.string().optional() });
export type Notice = z.infer<typeof noticeSchema>;

export const chunkSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("start"),
    messageId: id.optional(),
    messageMetadata: messageMetadataSchema.optional(),
  }),
  z.object({ type: z.literal("start-step") }),
  z.object({ type: z.literal("text-start"), id }),
  z.object({ type: z.literal("text-delta"), id, delta: z.string() }),
  z.object({ type: z.literal("text-end"), id }),
  z.object({ type: z.literal("reasoning-start"), id }),
  z.object({ type: z.literal("reasoning-delta"), id, delta: z.string() }),
  z.object({ type: z.literal("reasoning-end"), id }),
  z.object({ type: z.literal("tool-input-start"), toolCallId: id, toolName: z.string() }),
  z.object({ type: z.literal("tool-input-delta"), toolCallId: id, inputTextDelta: z.string() }),
  z.object({
    type: z.literal("tool-input-available"),
    toolCallId: id,
    toolName: z.string(),
    input: z.unknown(),
  }),
  z.object({
    type: z.literal("tool-input-error"),
    toolCallId: id,
    toolName: z.string(),
    input: z.unknown(),
    errorText: z.string(),
  }),
  z.object({ type: z.literal("tool-approval-request"), approvalId: id, toolCallId: id }),
  z.object({
    type: z.literal("tool-approval-response"),
    approvalId: id,
    approved: z.boolean(),
    reason: z.string().optional(),
  }),
  z.object({ type: z.literal("tool-output-available"), toolCallId: id, output: z.unknown() }),
  z.object({ type: z.literal("tool-output-error"), toolCallId: id, errorText: z.string() }),
  z.object({ type: z.literal("tool-output-denied"), toolCallId: id }),
  z.object({ type: z.literal("data-input-required"), id: id.optional(), data: inputRequiredSchema }),
  z.object({ type: z.literal("data-notice"), id: id.optional(), data: noticeSchema }),
  z.object({ type: z.literal("finish-step") }),
  z.object({ type: z.literal("reset-step") }),
  z.object({ type: z.literal("message-metadata"), messageMetadata: messageMetadataSchema }),
  z.object({
    type: z.literal("finish"),
    finishReason: z.enum(["stop", "length", "content-filter", "tool-calls", "error", "other"]).optional(),
    messageMetadata: messageMetadataSchema.optional(),
  }),
  z.object({ type: z.literal("abort"), reason: z.string().optional() }),
  z.object({ type: z.literal("error"), errorText: z.string() }),
]);
/** One item of the answer stream; each takes one `seq`. */
export type Chunk = z.infer<typeof chunkSchema>;

/** K7: only speech may reach a client before it is durable; every other chunk is a promise and commits first. */
export function isSpeech(chunk: Chunk): boolean {
  switch (chunk.type) {
    case "text-start":
    case "text-delta":
    case "text-end":
    case "reasoning-start":
    case "reasoning-delta":
    case "reasoning-end":
    case "tool-input-start":
    case "tool-input-delta":
      return true;
    default:
      return false;
  }
}
