/** What the simulated provider reads of a chat completion request; everything else is accepted and ignored. */
import { z } from "zod";

const textPart = z.object({ type: z.literal("text"), text: z.string() });
const content = z.union([z.string(), z.array(textPart)]).nullish();

const toolCall = z.object({
  id: z.string(),
  type: z.literal("function"),
  function: z.object({ name: z.string(), arguments: z.string() }),
});

export const completionMessageSchema = z.discriminatedUnion("role", [
  z.object({ role: z.enum(["system", "developer"]), content }),
  z.object({ role: z.literal("user"), content }),
  z.object({ role: z.literal("assistant"), content, tool_calls: z.array(toolCall).nullish() }),
  z.object({ role: z.literal("tool"), content, tool_call_id: z.string() }),
]);
export type CompletionMessage = z.infer<typeof completionMessageSchema>;

const tool = z.object({
  type: z.literal("function"),
  function: z.object({
    name: z.string(),
    parameters: z.looseObject({ required: z.array(z.string()).optional() }).optional(),
  }),
});

export const completionRequestSchema = z.object({
  model: z.string().min(1),
  messages: z.array(completionMessageSchema).min(1),
  tools: z.array(tool).min(1).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
});
export type CompletionRequest = z.infer<typeof completionRequestSchema>;

export function contentOf(message: CompletionMessage): string {
  const { content } = message;
  return typeof content === "string" ? content : (content ?? []).map((part) => part.text).join("");
}
