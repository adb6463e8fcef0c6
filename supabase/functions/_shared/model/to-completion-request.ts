/** A model request in the provider's words. */
import type { OpenAI } from "openai";
import type { ModelMessage, ModelRequest, ToolDefinition } from "./language-model.ts";

type CompletionRequest = OpenAI.ChatCompletionCreateParamsStreaming;

export function toCompletionRequest(model: string, { messages, tools }: ModelRequest): CompletionRequest {
  return {
    model,
    stream: true,
    stream_options: { include_usage: true },
    messages: messages.map(toCompletionMessage),
    // Providers refuse an empty list.
    ...(tools.length > 0 ? { tools: tools.map(toCompletionTool) } : {}),
  };
}

function toCompletionMessage(message: ModelMessage): OpenAI.ChatCompletionMessageParam {
  switch (message.role) {
    case "system":
    case "user":
      return { role: message.role, content: message.content };
    case "tool":
      return { role: "tool", tool_call_id: message.toolCallId, content: message.content };
    case "assistant":
      return {
        role: "assistant",
        content: message.content === "" ? null : message.content,
        ...(message.toolCalls.length > 0
          ? {
            tool_calls: message.toolCalls.map((call) => ({
              type: "function" as const,
              id: call.toolCallId,
              function: { name: call.toolName, arguments: call.arguments },
            })),
          }
          : {}),
      };
  }
}

function toCompletionTool({ name, description, inputSchema }: ToolDefinition): OpenAI.ChatCompletionTool {
  return { type: "function", function: { name, description, parameters: inputSchema } };
}
