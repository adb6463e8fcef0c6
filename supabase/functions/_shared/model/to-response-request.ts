/** A model request in the words of the Responses API, for an answer that is written and kept whether or not it is read. */
import type { OpenAI } from "openai";
import type { ModelMessage, ModelRequest, ToolDefinition } from "./language-model.ts";

type ResponseRequest = OpenAI.Responses.ResponseCreateParamsStreaming;

export function toResponseRequest(model: string, { messages, tools }: ModelRequest): ResponseRequest {
  return {
    model,
    stream: true,
    background: true,
    store: true,
    input: messages.flatMap(toInputItems),
    ...(tools.length > 0 ? { tools: tools.map(toFunctionTool) } : {}),
  };
}

function toInputItems(message: ModelMessage): OpenAI.Responses.ResponseInputItem[] {
  switch (message.role) {
    case "system":
    case "user":
      return [{ role: message.role, content: message.content }];
    case "tool":
      return [{ type: "function_call_output", call_id: message.toolCallId, output: message.content }];
    case "assistant":
      return [
        ...(message.content === "" ? [] : [{ role: "assistant" as const, content: message.content }]),
        ...message.toolCalls.map((call) => ({
          type: "function_call" as const,
          call_id: call.toolCallId,
          name: call.toolName,
          arguments: call.arguments,
        })),
      ];
  }
}

function toFunctionTool({ name, description, inputSchema }: ToolDefinition): OpenAI.Responses.FunctionTool {
  // Strict is the default here: it forbids optional parameters, and a call that lacks one could not be asked about.
  return { type: "function", name, description, parameters: inputSchema, strict: false };
}
