/**
 * Goes on with a step that another worker has left unfinished (K12, K13): one whose tools had started is kept and settled;
 * one that had only spoken is continued where the model can do that, and otherwise taken back and generated again.
 */
import {
  type Chunk,
  currentStepOf,
  isToolPart,
  type MessagePart,
  toolNameOf,
  type ToolPart,
} from "../protocol/mod.ts";
import { executeTool } from "./execute-tool.ts";
import { restartStep } from "./restart-step.ts";
import type { TurnRequest } from "./run-turn.ts";
import { openApprovals } from "./settle-approvals.ts";
import type { TurnContext } from "./turn-context.ts";
import { waitForUser } from "./wait-for-user.ts";

const OUTCOME_UNKNOWN =
  "The outcome is unknown: the server was replaced while the tool ran. It was not run again.";

/** `goesOn`: what the step has said stays, and the model has to go on with it. */
export interface TakenOverStep {
  isWaiting: boolean;
  goesOn?: boolean;
}

export async function takeOverStep(
  context: TurnContext,
  { turnId, checkpoint }: Pick<TurnRequest, "turnId" | "checkpoint">,
): Promise<TakenOverStep> {
  const message = context.answer.message();
  const step = currentStepOf(message);
  const calls = step.filter(isToolPart).filter((part) => part.state !== "input-streaming");
  if (calls.length === 0) {
    if (checkpoint || (context.ports.model.continuesText && endsInText(step))) {
      return { isWaiting: false, goesOn: true };
    }
    await restartStep(context);
    return { isWaiting: false };
  }
  const running = calls.filter(isRunning);
  const repeatable = running.filter((part) => mayRunAgain(context, part));
  const lost = running.filter((part) => !repeatable.includes(part));
  // Before the turn may wait: when it goes on, every call without an outcome on record runs.
  if (lost.length > 0) await context.emit(lost.map(toUnknownOutcome));
  if (repeatable.length > 0 && !context.ports.canActAsUser()) return await waitForUser(context);
  await Promise.all(repeatable.map(async (part) => {
    await context.emit([await runAgain(context, { part, turnId })]);
  }));
  if (openApprovals(message).length > 0) return { isWaiting: true };
  await context.emit([{ type: "finish-step" }, { type: "start-step" }], null);
  return { isWaiting: false };
}

/** Half a tool call cannot be continued by its text. */
function endsInText(step: MessagePart[]): boolean {
  const last = step.at(-1);
  return last?.type === "text" && last.text !== "" && !step.some(isToolPart);
}

/** Started before the other worker went away, and without an outcome on record. */
function isRunning({ state, approval }: ToolPart): boolean {
  return state === "input-available" || (state === "approval-responded" && approval?.approved === true);
}

/** It only reads, or commits its key together with its effect. */
function mayRunAgain(context: TurnContext, part: ToolPart): boolean {
  const tool = context.ports.tools.find(({ name }) => name === toolNameOf(part));
  return tool !== undefined && tool.sideEffects !== "once";
}

async function runAgain(
  context: TurnContext,
  { part, turnId }: { part: ToolPart; turnId: string },
): Promise<Chunk> {
  const { toolCallId } = part;
  const tool = context.ports.tools.find((candidate) => candidate.name === toolNameOf(part));
  const parsed = tool?.input.safeParse(part.input);
  if (!tool || !parsed?.success) return toUnknownOutcome(part);
  return await executeTool(context, { tool, toolCallId, input: parsed.data, turnId });
}

function toUnknownOutcome({ toolCallId }: ToolPart): Chunk {
  return { type: "tool-output-error", toolCallId, errorText: OUTCOME_UNKNOWN };
}
