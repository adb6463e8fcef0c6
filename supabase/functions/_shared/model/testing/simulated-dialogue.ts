/** Transcripts as a provider gets them, and what the simulated model replies. */
import { type CompletionMessage, completionRequestSchema } from "../simulated/completion-request.ts";
import { readConversation } from "../simulated/conversation.ts";
import { decideReply } from "../simulated/decide-reply.ts";
import type { Reply } from "../simulated/reply.ts";
import { TOOLS } from "../../tools/registry.ts";
import { toToolDefinitions } from "../../tools/tool-definitions.ts";

const tools = toToolDefinitions(TOOLS).map(({ name, inputSchema }) => ({
  type: "function",
  function: { name, parameters: inputSchema },
}));

export function reply(messages: CompletionMessage[], offered: unknown[] | null = tools): Reply {
  const request = completionRequestSchema.parse({ model: "simulated", messages, tools: offered });
  return decideReply(readConversation(request));
}

export function user(content: string): CompletionMessage {
  return { role: "user", content };
}

export function assistant(content: string): CompletionMessage {
  return { role: "assistant", content };
}

/** A call as it stands in a transcript, with its result. */
export function called(
  name: string,
  { input, result }: { input: object | string; result: unknown },
): CompletionMessage[] {
  const id = `call_${name}_${JSON.stringify(input)}`;
  const text = typeof input === "string" ? input : JSON.stringify(input);
  return [
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id, type: "function", function: { name, arguments: text } }],
    },
    { role: "tool", tool_call_id: id, content: JSON.stringify(result) },
  ];
}

export function missing(name: string): CompletionMessage[] {
  return called(name, { input: {}, result: { error: "missing_parameters", message: "Ask the user." } });
}

export function callsOf({ calls }: Reply) {
  return calls.map((call) => [call.toolName, call.arguments]);
}
