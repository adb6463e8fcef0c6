/**
 * Gets a model to its first part, trying again while that may help. Nothing is retried after it (the port's promise).
 * Checkpoints do not count: they say nothing, but must be known at once.
 */
import type { Clock } from "../base/clock.ts";
import { delay } from "./delay.ts";
import { type FallbackPolicy, toRetryDelay } from "./fallback-policy.ts";
import { isCheckpoint } from "./is-checkpoint.ts";
import { type LanguageModel, ModelError, type ModelPart, type ModelRequest } from "./language-model.ts";
import { watchStream } from "./watch-stream.ts";

/** A stream that has begun; whoever reads on must also close it. */
export interface StartedStream {
  first: IteratorResult<readonly ModelPart[]>;
  parts: AsyncIterator<readonly ModelPart[]>;
}

export interface StartStreamOptions {
  clock: Clock;
  policy: FallbackPolicy;
  random: () => number;
}

/** Gives out the checkpoints on the way; returns the failure when no attempt brought a part. @throws the signal's reason. */
export async function* startStream(
  model: LanguageModel,
  request: ModelRequest,
  { clock, policy, random }: StartStreamOptions,
): AsyncGenerator<readonly ModelPart[], StartedStream | ModelError> {
  const startedAtMs = clock.monotonic();
  for (let attempt = 1;; attempt++) {
    const parts = watchStream(model, request, { clock, timeouts: policy.timeouts });
    let hasStarted = false;
    try {
      let first = await parts.next();
      while (!first.done && first.value.every(isCheckpoint)) {
        yield first.value;
        first = await parts.next();
      }
      hasStarted = true;
      return { first, parts };
    } catch (error) {
      request.signal.throwIfAborted();
      if (!(error instanceof ModelError)) throw error;
      const spentMs = clock.monotonic() - startedAtMs;
      const { retryAfterMs } = error;
      const waitMs = error.retryable
        ? toRetryDelay(policy, { attempt, retryAfterMs, spentMs, random })
        : null;
      if (waitMs === null) return error;
      await delay(waitMs, { clock, signal: request.signal });
    } finally {
      if (!hasStarted) await parts.return?.();
    }
  }
}
