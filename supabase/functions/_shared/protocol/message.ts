/** A message of the transcript: the subset of the AI SDK's `UIMessage` that Parley produces. */
import { z } from "zod";
import { inputRequiredSchema, messageMetadataSchema, noticeSchema } from "./chunk.ts";

const approvalSchema = z.object({
  id: z.string(),
  approved: z.boolean().optional(),
  reason: z.string().optional(),
});

/** A tool call and what became of it. `type` is `tool-<toolName>`, as in the AI SDK. */
export const toolPartSchema = z.object({
  type: z.templateLiteral(["tool-", z.string()]),
  toolCallId: z.string(),
  state: z.enum([
    "input-streaming",
    "input-available",
    "approval-requested",
    "approval-responded",
    "output-available",
    "output-error",
    "output-denied",
  ]),
  input: z.unknown().optional(),
  rawInput: z.unknown().optional(),
  output: z.unknown().optional(),
  errorText: z.string().optional(),
  approval: approvalSchema.optional(),
});
export type ToolPart = z.infer<typeof toolPartSchema>;

const speechState = z.enum(["streaming", "done"]).optional();

export const messagePartSchema = z.union([
  z.object({ type: z.literal("text"), text: z.string(), state: speechState }),
  z.object({ type: z.literal("reasoning"), id: z.string().optional(), text: z.string(), state: speechState }),
  z.object({ type: z.literal("step-start") }),
  z.object({ type: z.literal("data-input-required"), id: z.string().optional(), data: inputRequiredSchema }),
  z.object({ type: z.literal("data-notice"), id: z.string().optional(), data: noticeSchema }),
  toolPartSchema,
]);
export type MessagePart = z.infer<typeof messagePartSchema>;

/** Also for the messages of an event log that is read from the database. */
export const messageSchema = z.object({
  id: z.string(),
  role: z.enum(["user", "assistant"]),
  metadata: messageMetadataSchema.optional(),
  parts: z.array(messagePartSchema),
});
export type Message = z.infer<typeof messageSchema>;

/** A tool call, whatever its state; `toolNameOf` tells the tool. */
export function isToolPart(part: MessagePart): part is ToolPart {
  return part.type.startsWith("tool-");
}

/** `tool-fetch_order_status` → `fetch_order_status`. */
export function toolNameOf(part: ToolPart): string {
  return part.type.slice("tool-".length);
}

/** What the message holds of its last step; all of it while no step has begun. */
export function currentStepOf({ parts }: Message): MessagePart[] {
  return parts.slice(parts.findLastIndex((part) => part.type === "step-start") + 1);
}

/** Everything the message says, without tools and data. */
export function textOf(message: Message): string {
  return message.parts.flatMap((part) => part.type === "text" ? [part.text] : []).join("");
}
