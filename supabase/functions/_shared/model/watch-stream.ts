/** Ends a model stream that has fallen silent. The time in which the reader is busy with a part does not count. */
import type { Clock } from "../base/clock.ts";
import { isCheckpoint } from "./is-checkpoint.ts";
import { type LanguageModel, ModelError, type ModelPart, type ModelRequest } from "./language-model.ts";

export interface StreamTimeouts {
  /** Reasoning models think long before they say anything. */
  firstPartMs: number;
  idleMs: number;
}

/** `next()` throws ModelError `model_unavailable` after the silence. A plain iterator, because it stands in the path of each token. */
export function watchStream(
  model: LanguageModel,
  request: ModelRequest,
  { clock, timeouts }: { clock: Clock; timeouts: StreamTimeouts },
): AsyncIterator<readonly ModelPart[]> {
  const silence = new AbortController();
  const signal = AbortSignal.any([request.signal, silence.signal]);
  const watch = createSilenceWatch(clock, () => silence.abort(SILENT));
  const parts = model.stream({ ...request, signal })[Symbol.asyncIterator]();
  let limitMs = timeouts.firstPartMs;

  return {
    async next() {
      watch.expect(limitMs);
      try {
        const result = await parts.next();
        // A stored answer is named before the model begins to think.
        if (!result.done && !result.value.every(isCheckpoint)) limitMs = timeouts.idleMs;
        watch.pause();
        if (result.done) watch.stop();
        return result;
      } catch (error) {
        watch.stop();
        request.signal.throwIfAborted();
        throw silence.signal.aborted ? new ModelError("model_unavailable", { cause: SILENT }) : error;
      }
    },
    async return() {
      watch.stop();
      await parts.return?.();
      return { done: true, value: undefined };
    },
  };
}

const SILENT = new DOMException("The model fell silent", "TimeoutError");

/** One timer for the whole stream instead of one per token: it looks again when it fires too early. */
function createSilenceWatch(clock: Clock, onSilence: () => void) {
  let deadlineMs: number | null = null;
  let timer: { dueAtMs: number; takeBack: () => void } | null = null;

  function arm(dueAtMs: number): void {
    timer?.takeBack();
    timer = { dueAtMs, takeBack: clock.schedule(Math.max(0, dueAtMs - clock.monotonic()), look) };
  }

  function look(): void {
    timer = null;
    if (deadlineMs === null) return;
    if (clock.monotonic() >= deadlineMs) onSilence();
    else arm(deadlineMs);
  }

  return {
    expect(withinMs: number): void {
      deadlineMs = clock.monotonic() + withinMs;
      if (!timer || timer.dueAtMs > deadlineMs) arm(deadlineMs);
    },
    pause(): void {
      deadlineMs = null;
    },
    stop(): void {
      deadlineMs = null;
      timer?.takeBack();
      timer = null;
    },
  };
}
