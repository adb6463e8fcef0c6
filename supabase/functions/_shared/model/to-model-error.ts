/** What the provider's client throws, as the port's error. */
import { classifyModelError } from "./classify-model-error.ts";
import { ModelError } from "./language-model.ts";

export function toModelError(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  const { code, retryable, retryAfterMs } = classifyModelError(error);
  return new ModelError(code, { cause: error, retryable, retryAfterMs });
}

/** The caller decides whether to ask anew, so nothing else may try. */
export function toLostCheckpoint(cause: unknown): ModelError {
  return new ModelError("model_unavailable", { cause, retryable: false, isCheckpointLost: true });
}
