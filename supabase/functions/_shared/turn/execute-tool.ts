/** Runs one tool within its time and tells its outcome as a chunk; a tool can fail, the turn goes on. */
import { logError } from "../base/log-error.ts";
import type { Chunk } from "../protocol/mod.ts";
import { type Tool, ToolError } from "../tools/tool.ts";
import type { TurnContext } from "./turn-context.ts";
import { withTimeout } from "../base/with-timeout.ts";

export interface ToolExecution {
  tool: Tool;
  toolCallId: string;
  input: Record<string, unknown>;
  /** Scopes the key of the call, since providers may repeat a call id in another turn. */
  turnId: string;
}

/** @throws the signal's reason when the turn is stopped meanwhile. */
export async function executeTool(context: TurnContext, execution: ToolExecution): Promise<Chunk> {
  const { tool, toolCallId, input, turnId } = execution;
  const { database, clock } = context.ports;
  try {
    const output = await withTimeout(
      (signal) => tool.execute(input, { database, callKey: `${turnId}:${toolCallId}`, signal }),
      { timeoutMs: tool.timeoutMs, signal: context.signal, clock },
    );
    return { type: "tool-output-available", toolCallId, output: output ?? null };
  } catch (error) {
    context.signal.throwIfAborted();
    return { type: "tool-output-error", toolCallId, errorText: toToolErrorText(error, tool) };
  }
}

function toToolErrorText(error: unknown, tool: Tool): string {
  if (error instanceof ToolError) return error.message;
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return `The tool did not answer within ${tool.timeoutMs / 1000} seconds.`;
  }
  logError("tool_failed", { tool: tool.name, error });
  return "The tool failed.";
}
