/**
 * The loop of a turn: steps until the model has nothing left to call.
 *
 *     start → [decision → approved tools] → step → tools → step → tools → … → finish | abort | error
 *
 * The answer is generated once: tool steps and final text come from the same loop.
 */
import { logError } from "../base/log-error.ts";
import { type ModelCheckpoint, ModelError } from "../model/language-model.ts";
import type { Chunk, ErrorCode, Message, MessageMetadata, TurnStatus, Usage } from "../protocol/mod.ts";
import { ERROR_CODES } from "../protocol/mod.ts";
import { toToolDefinitions } from "../tools/tool-definitions.ts";
import type { Answer } from "./answer.ts";
import { beginTurn } from "./begin-turn.ts";
import { restartStep } from "./restart-step.ts";
import { runStep, type StepRequest, type StepResult } from "./run-step.ts";
import { sayAgain } from "./say-again.ts";
import { toDenialChunks } from "./settle-approvals.ts";
import { settleToolCalls } from "./settle-tool-calls.ts";
import { toModelMessages } from "./to-model-messages.ts";
import type { TurnContext, TurnPorts } from "./turn-context.ts";
import { createTurnMeter, type TurnMeter } from "./turn-meter.ts";
import { TurnStop } from "./turn-stop.ts";

/** A model that keeps calling tools is stopped here. */
const MAX_STEPS = 8;

export interface TurnRequest {
  turnId: string;
  /** What was said before, oldest first, ending with the user's message. */
  transcript: Message[];
  /** Empty, or the one to go on with; what is said grows in it. */
  answer: Answer;
  /** `answer` waited for a decision, and holds it now. */
  isDecided?: boolean;
  /** An earlier leader died, or handed over, while it wrote `answer`. */
  isInherited?: boolean;
  /** Where `answer` ends in what the provider has stored of its last step. */
  checkpoint?: ModelCheckpoint;
  /** Aborted with a `TurnStop`. */
  signal: AbortSignal;
}

/** How the turn ended. `closing` is not written yet, so that it can be committed together with the finished message. */
export interface TurnResult {
  status: Extract<TurnStatus, "completed" | "waiting" | "cancelled" | "failed">;
  closing: Chunk[];
  message: Message;
  usage: Usage;
}

/** Runs a turn to its end or to an approval. @throws TurnStop `abandoned` when this worker must fall silent. */
export async function runTurn(request: TurnRequest, ports: TurnPorts): Promise<TurnResult> {
  const { answer } = request;
  const context = createContext({ answer, ports, signal: request.signal });
  const meter = createTurnMeter(ports.clock);
  try {
    const end = await runSteps(request, { context, meter });
    return close(answer, { ...end, metadata: meter.metadata(), usage: meter.usage() });
  } catch (error) {
    const { reason } = request.signal;
    const stop = error instanceof TurnStop
      ? error
      : request.signal.aborted && reason instanceof TurnStop
      ? reason
      : null;
    if (stop?.kind === "abandoned") throw stop;
    meter.addStopped(request.transcript, answer.spokenLength);
    const end = stop?.kind === "cancelled" ? CANCELLED : toFailure(error, stop);
    return close(answer, { ...end, metadata: meter.metadata(), usage: meter.usage() });
  }
}

function createContext(
  { answer, ports, signal }: Pick<TurnContext, "answer" | "ports" | "signal">,
): TurnContext {
  const told = new Set<string>();
  let partCount = 0;
  return {
    ports,
    answer,
    signal,
    createPartId: () => String(++partCount),
    isNews({ message }) {
      const isNew = !told.has(message);
      told.add(message);
      return isNew;
    },
    async emit(chunks, checkpoint) {
      answer.record(chunks);
      await ports.write(chunks, checkpoint);
    },
  };
}

type End = { status: TurnResult["status"]; closing: Chunk; tail?: Chunk[]; errorCode?: ErrorCode };

const CANCELLED: End = { status: "cancelled", closing: { type: "abort", reason: "cancelled" } };

/** A stop may come while the question is being committed: its turn must not wait for an answer then. */
function toWaiting(signal: AbortSignal): End {
  signal.throwIfAborted();
  return { status: "waiting", closing: { type: "finish", finishReason: "tool-calls" } };
}

async function runSteps(
  request: TurnRequest,
  { context, meter }: { context: TurnContext; meter: TurnMeter },
): Promise<End> {
  const { ports, answer, signal } = context;
  const { turnId } = request;
  signal.throwIfAborted();
  const tools = toToolDefinitions(ports.tools);
  const beginning = await beginTurn(request, { context, startedAt: meter.startedAt });
  if (beginning.isWaiting) return toWaiting(signal);

  let checkpoint = beginning.goesOn ? request.checkpoint : undefined;
  for (let step = 1;; step++) {
    const messages = () => toModelMessages([...request.transcript, answer.message()]);
    const { onFirstPart } = meter;
    const result = await runStepFrom(checkpoint, { context, request: { messages, tools, onFirstPart } });
    checkpoint = undefined;
    await beginning.opening;
    meter.add(result);
    const { toolCalls, finishReason, tail } = result;
    if (toolCalls.length === 0) {
      return { status: "completed", closing: { type: "finish", finishReason }, tail };
    }
    const { isWaiting } = await settleToolCalls(context, { toolCalls, turnId, tail });
    if (isWaiting) return toWaiting(signal);
    if (step === MAX_STEPS) {
      return { status: "completed", closing: { type: "finish", finishReason: "length" } };
    }
    await context.emit([{ type: "finish-step" }, { type: "start-step" }], null);
  }
}

/** A stored answer that the provider does not have any more is asked for anew. */
async function runStepFrom(
  checkpoint: ModelCheckpoint | undefined,
  { context, request }: { context: TurnContext; request: Omit<StepRequest, "checkpoint"> },
): Promise<StepResult> {
  if (checkpoint) {
    try {
      return await runStep(context, { ...request, checkpoint });
    } catch (error) {
      if (!(error instanceof ModelError && error.isCheckpointLost)) throw error;
      await restartStep(context);
    }
  }
  return await runStep(context, request);
}

function toFailure(error: unknown, stop: TurnStop | null): End {
  const errorCode: ErrorCode = stop ? "turn_timeout" : error instanceof ModelError ? error.code : "internal";
  const cause = error instanceof ModelError ? error.cause : error;
  logError("turn_failed", { code: errorCode, error: cause });
  return {
    status: "failed",
    closing: { type: "error", errorText: ERROR_CODES[errorCode].message },
    errorCode,
  };
}

function close(answer: Answer, end: End & { metadata: MessageMetadata; usage: Usage }): TurnResult {
  const { status, closing, tail = [], errorCode, usage } = end;
  const metadata: MessageMetadata = { ...end.metadata, status, usage, ...(errorCode ? { errorCode } : {}) };
  const chunks: Chunk[] = closing.type === "finish"
    ? [...tail, { type: "finish-step" }, { ...closing, messageMetadata: metadata }]
    : [
      ...sayAgain(answer.draft()),
      ...toDenialChunks(answer.message(), status === "cancelled" ? "Cancelled" : "The answer failed"),
      { type: "message-metadata", messageMetadata: metadata },
      closing,
    ];
  answer.record(chunks);
  return { status, closing: chunks, message: answer.message(), usage };
}
