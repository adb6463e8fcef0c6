/** A model whose attempts go as a script says: what each speaks, and how it fails. */
import type { Clock } from "../../base/clock.ts";
import { delay } from "../delay.ts";
import { type LanguageModel, type ModelCheckpoint, ModelError, type ModelPart } from "../language-model.ts";

export type Attempt = {
  /** Given out before everything else. */
  checkpoint?: ModelCheckpoint;
  says?: string[];
  /** Waits before each word. */
  pauseMs?: number;
  fails?: ModelError;
  hangs?: boolean;
};

export interface AttemptsModel extends LanguageModel {
  /** When each attempt began, by the clock. */
  readonly startedAt: number[];
  readonly abortedCount: number;
  /** The checkpoint of each attempt's request. */
  readonly askedFrom: (ModelCheckpoint | undefined)[];
}

/** The last attempt of the script repeats. */
export function createAttemptsModel(clock: Clock, attempts: Attempt[]): AttemptsModel {
  const startedAt: number[] = [];
  const askedFrom: (ModelCheckpoint | undefined)[] = [];
  let abortedCount = 0;
  return {
    mode: "openai",
    continuesText: false,
    startedAt,
    askedFrom,
    get abortedCount() {
      return abortedCount;
    },
    async *stream({ signal, checkpoint }): AsyncGenerator<readonly ModelPart[]> {
      const attempt = attempts[Math.min(startedAt.length, attempts.length - 1)] ?? {};
      startedAt.push(clock.monotonic());
      askedFrom.push(checkpoint);
      signal.addEventListener("abort", () => abortedCount++);
      if (attempt.checkpoint) yield [{ type: "checkpoint", checkpoint: attempt.checkpoint }];
      for (const delta of attempt.says ?? []) {
        if (attempt.pauseMs) await delay(attempt.pauseMs, { clock, signal });
        yield [{ type: "text-delta", delta }];
      }
      if (attempt.hangs) await delay(10_000_000, { clock, signal });
      if (attempt.fails) throw attempt.fails;
      yield [{ type: "finish", finishReason: "stop", usage: NO_USAGE, model: "scripted" }];
    },
  };
}

const NO_USAGE = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };

export const QUOTA: Attempt = { fails: new ModelError("model_quota_exceeded") };
export const UNAVAILABLE: Attempt = { fails: new ModelError("model_unavailable") };
export const MISCONFIGURED: Attempt = { fails: new ModelError("model_misconfigured") };
