/**
 * Goes on with a step that another worker has left unfinished (K12, K13): one whose tools had started is kept and settled,
 * one that had only spoken is taken back and generated again.
 */
import { type Chunk, currentStepOf, isToolPart, toolNameOf, type ToolPart } from "../protocol/mod.ts";
import { executeTool } from "./execute-tool.ts";
import { openApprovals } from "./settle-approvals.ts";
import type { TurnContext } from "./turn-context.ts";

const OUTCOME_UNKNOWN =
  "The outcome is unknown: the server was replaced while the tool ran. It was not run again.";

export async function takeOverStep(context: TurnContext, turnId: string): Promise<{ isWaiting: boolean }> {
  const message = context.answer.message();
  const step = currentStepOf(message);
  const calls = step.filter(isToolPart).filter((part) => part.state !== "input-streaming");
  if (calls.length === 0) {
    const spoken = step.flatMap((part) => part.type === "text" ? [part.text] : []).join("");
    context.answer.keep(spoken);
    await context.emit([toRestart(message.parts.length > 0)]);
    return { isWaiting: false };
  }
  await Promise.all(
    calls.filter(isRunning).map(async (part) => {
      await context.emit([await settle(context, { part, turnId })]);
    }),
  );
  if (openApprovals(message).length > 0) return { isWaiting: true };
  await context.emit([{ type: "finish-step" }, { type: "start-step" }]);
  return { isWaiting: false };
}

/** An answer that has not even begun its first step has nothing to take back. */
function toRestart(hasBegun: boolean): Chunk {
  return hasBegun ? { type: "reset-step" } : { type: "start-step" };
}

/** Started before the other worker went away, and without an outcome on record. */
function isRunning({ state, approval }: ToolPart): boolean {
  return state === "input-available" || (state === "approval-responded" && approval?.approved === true);
}

/** Runs a call again where that does no harm: it only reads, or commits its key together with its effect. */
async function settle(
  context: TurnContext,
  { part, turnId }: { part: ToolPart; turnId: string },
): Promise<Chunk> {
  const { toolCallId } = part;
  const tool = context.ports.tools.find((candidate) => candidate.name === toolNameOf(part));
  const parsed = tool?.input.safeParse(part.input);
  if (!tool || !parsed?.success || tool.sideEffects === "once") {
    return { type: "tool-output-error", toolCallId, errorText: OUTCOME_UNKNOWN };
  }
  return await executeTool(context, { tool, toolCallId, input: parsed.data, turnId });
}
