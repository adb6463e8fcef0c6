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
  { toolCalls, turnId, tail }: { toolCalls: ModelToolCall[]; turnId: string; tail: Chunk[] },
): Promise<SettledToolCalls> {
  const decided = toolCalls.map((call) => decide(context, call, turnId));
  const running = decided.filter(({ execution }) => execution !== undefined);
  // Asked for when the others have run: a decision can be taken only by a turn that waits.
  const asking = running.length > 0 ? decided.filter(({ needsApproval }) => needsApproval) : [];
  const first = decided.filter((decision) => !asking.includes(decision));
  // Commits before any tool runs: a started tool must be on record (K12).
  await context.emit([...tail, ...first.flatMap(({ chunks }) => chunks)]);
  const isHeldBack = running.length > 0 && !context.ports.canActAsUser();
  if (!isHeldBack) {
    await Promise.all(running.map(async ({ execution }) => {
      if (execution) await context.emit([await executeTool(context, execution)]);
    }));
  }
  if (asking.length > 0) await context.emit(asking.flatMap(({ chunks }) => chunks));
  return isHeldBack
    ? await waitForUser(context)
    : { isWaiting: decided.some(({ needsApproval }) => needsApproval) };
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
