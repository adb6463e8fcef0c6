/** The port to a model: one streamed step, in parts that name no provider. */
import { ERROR_CODES, type ErrorCode, type Mode, type Notice, type Usage } from "../protocol/mod.ts";

export interface LanguageModel {
  readonly mode: Mode;
  /**
   * Told a request that ends with an unfinished assistant text, it goes on with that text. Most providers begin a new
   * answer instead; those that store their answers are continued by a checkpoint.
   */
  readonly continuesText: boolean;
  /**
   * Runs one step. Gives out together what came together, so that a reader who is behind catches up; never nothing. Ends
   * with exactly one `finish` part, or throws `ModelError`; an abort of `signal` throws its reason. Nothing is retried or
   * replaced after the first part has been given out, checkpoints aside.
   */
  stream(request: ModelRequest): AsyncIterable<readonly ModelPart[]>;
}

export interface ModelRequest {
  messages: ModelMessage[];
  tools: ToolDefinition[];
  signal: AbortSignal;
  /** Goes on with this answer, which the provider has stored, instead of asking for another one. */
  checkpoint?: ModelCheckpoint;
}

/** A place in an answer that the provider keeps. */
export interface ModelCheckpoint {
  model: string;
  responseId: string;
  /** The provider's number of the last event that was read. */
  sequence: number;
}

export type ModelMessage =
  | { role: "system" | "user"; content: string }
  | { role: "assistant"; content: string; toolCalls: ModelToolCall[] }
  | { role: "tool"; toolCallId: string; content: string };

/** `arguments` is the JSON text exactly as the model wrote it. */
export interface ModelToolCall {
  toolCallId: string;
  toolName: string;
  arguments: string;
}

/** `inputSchema` is JSON Schema. */
export interface ToolDefinition {
  name: string;
  description: string;
  inputSchema: Record<string, unknown>;
}

export type ModelPart =
  | { type: "text-delta"; delta: string }
  | { type: "reasoning-delta"; delta: string }
  | { type: "tool-call-start"; toolCallId: string; toolName: string }
  | { type: "tool-call-delta"; toolCallId: string; argumentsDelta: string }
  | { type: "tool-call-end"; toolCallId: string; toolName: string; arguments: string }
  /** Another model answers than the one asked; always before anything it says. */
  | { type: "notice"; notice: Notice }
  /**
   * Everything given out before this part can be skipped by a request with this checkpoint. A later one takes its
   * place; a later notice ends it. None comes behind a `tool-call-end`: whoever goes on gets all calls of the answer.
   */
  | { type: "checkpoint"; checkpoint: ModelCheckpoint }
  | { type: "finish"; finishReason: FinishReason; usage: Usage; model: string };

/** The text in parts that came together. */
export function saidIn(parts: readonly ModelPart[]): string {
  return parts.reduce((text, part) => part.type === "text-delta" ? text + part.delta : text, "");
}

export type FinishReason = "stop" | "length" | "content-filter" | "tool-calls" | "other";

/** A model failure in words a client may see; `cause` stays on the server. */
export class ModelError extends Error {
  override readonly name = "ModelError";

  /** Whether the same call may work if it is made again, from `retryAfterMs` on when that is known. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  /** The provider has not kept the answer that the request wanted to go on with; it has to be asked for anew. */
  readonly isCheckpointLost: boolean;

  constructor(
    readonly code: ErrorCode,
    options?: { cause?: unknown; retryable?: boolean; retryAfterMs?: number; isCheckpointLost?: boolean },
  ) {
    super(`The model call failed: ${code}`, { cause: options?.cause });
    this.retryable = options?.retryable ?? ERROR_CODES[code].retryable;
    this.retryAfterMs = options?.retryAfterMs;
    this.isCheckpointLost = options?.isCheckpointLost ?? false;
  }
}
