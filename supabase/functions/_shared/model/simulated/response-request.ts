/** What the simulated provider reads of a request for a response, and the same as a chat completion request. */
import { z } from "zod";
import type { CompletionMessage, CompletionRequest } from "./completion-request.ts";

const textPart = z.object({ type: z.enum(["input_text", "output_text"]), text: z.string() });

const message = z.object({
  type: z.literal("message").optional(),
  role: z.enum(["system", "developer", "user", "assistant"]),
  content: z.union([z.string(), z.array(textPart)]),
});
const functionCall = z.object({
  type: z.literal("function_call"),
  call_id: z.string(),
  name: z.string(),
  arguments: z.string(),
});
const functionCallOutput = z.object({
  type: z.literal("function_call_output"),
  call_id: z.string(),
  output: z.string(),
});

const tool = z.object({
  type: z.literal("function"),
  name: z.string(),
  parameters: z.looseObject({ required: z.array(z.string()).optional() }).nullish(),
});

export const responseRequestSchema = z.object({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(z.union([message, functionCall, functionCallOutput])).min(1)]),
  instructions: z.string().nullish(),
  tools: z.array(tool).nullish(),
  stream: z.boolean().nullish(),
  background: z.boolean().nullish(),
  store: z.boolean().nullish(),
  max_output_tokens: z.number().int().positive().nullish(),
});
export type ResponseRequest = z.infer<typeof responseRequestSchema>;
type InputItem = Exclude<ResponseRequest["input"], string>[number];

export function toCompletionRequest(request: ResponseRequest): CompletionRequest {
  const { model, input, instructions, tools, max_output_tokens } = request;
  const items: InputItem[] = typeof input === "string" ? [{ role: "user", content: input }] : input;
  return {
    model,
    messages: [
      ...(instructions ? [{ role: "system" as const, content: instructions }] : []),
      ...items.map(toMessage),
    ],
    tools: tools?.map(({ name, parameters }) => ({
      type: "function",
      function: { name, parameters: parameters ?? undefined },
    })),
    max_completion_tokens: max_output_tokens,
  };
}

function toMessage(item: InputItem): CompletionMessage {
  switch (item.type) {
    case "function_call":
      return {
        role: "assistant",
        content: null,
        tool_calls: [{
          id: item.call_id,
          type: "function",
          function: { name: item.name, arguments: item.arguments },
        }],
      };
    case "function_call_output":
      return { role: "tool", content: item.output, tool_call_id: item.call_id };
    default: {
      const { role, content } = item;
      return {
        role,
        content: typeof content === "string" ? content : content.map(({ text }) => text).join(""),
      };
    }
  }
}
