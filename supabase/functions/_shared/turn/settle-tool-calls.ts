/** Decides what becomes of the tool calls of a step: refused, asked about, put up for approval, or run. */
import type { ModelToolCall } from "../model/language-model.ts";
import type { Chunk } from "../protocol/mod.ts";
import { parseToolInput } from "../tools/parse-tool-input.ts";
import { executeTool, type ToolExecution } from "./execute-tool.ts";
import type { TurnContext } from "./turn-context.ts";
import { waitForUser } from "./wait-for-user.ts";

/** `isWaiting`: a call needs an approval, or the user's token, so the turn has to pause. */
export interface SettledToolCalls {
  isWaiting: boolean;
}

export async function settleToolCalls(
  context: TurnContext,
  { toolCalls, turnId }: { toolCalls: ModelToolCall[]; turnId: string },
): Promise<SettledToolCalls> {
  const decided = toolCalls.map((call) => decide(context, call, turnId));
  // Commits before any tool runs: a started tool must be on record (K12).
  await context.emit(decided.flatMap((decision) => decision.chunks));
  if (decided.some(({ execution }) => execution) && !context.ports.canActAsUser()) {
    return await waitForUser(context);
  }
  await Promise.all(decided.map(async ({ execution }) => {
    if (execution) await context.emit([await executeTool(context, execution)]);
  }));
  return { isWaiting: decided.some((decision) => decision.needsApproval) };
}

interface Decision {
  chunks: Chunk[];
  execution?: ToolExecution;
  needsApproval?: boolean;
}

function decide(context: TurnContext, call: ModelToolCall, turnId: string): Decision {
  const { toolCallId, toolName } = call;
  const tool = context.ports.tools.find((candidate) => candidate.name === toolName);
  if (!tool) return refused(call, `There is no tool named "${toolName}".`);

  const parsed = parseToolInput(tool, call.arguments);
  if (parsed.outcome === "invalid") return refused(call, parsed.message);
  if (parsed.outcome === "missing") {
    const { missing, question, inputSchema } = parsed;
    const interrupt = {
      interruptId: context.ports.createId(),
      toolCallId,
      toolName,
      missing,
      question,
      inputSchema,
    };
    const { chunks } = refused(
      call,
      `Missing required parameters: ${missing.join(", ")}. Ask the user: ${question}`,
    );
    return {
      chunks: [...chunks, { type: "data-input-required", id: interrupt.interruptId, data: interrupt }],
    };
  }
  const available: Chunk = { type: "tool-input-available", toolCallId, toolName, input: parsed.input };
  if (tool.needsApproval) {
    const approvalId = context.ports.createId();
    return {
      chunks: [available, { type: "tool-approval-request", approvalId, toolCallId }],
      needsApproval: true,
    };
  }
  return { chunks: [available], execution: { tool, toolCallId, input: parsed.input, turnId } };
}

function refused(call: ModelToolCall, errorText: string): Decision {
  const { toolCallId, toolName } = call;
  return {
    chunks: [{ type: "tool-input-error", toolCallId, toolName, input: toJson(call.arguments), errorText }],
  };
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
