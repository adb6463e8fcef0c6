/** How long to wait, how often to try and when to stop asking: the numbers of the fallback model. */
import type { StreamTimeouts } from "./watch-stream.ts";

export interface FallbackPolicy {
  maxAttempts: number;
  baseDelayMs: number;
  maxDelayMs: number;
  /** A provider that asks for a longer wait is passed over instead. */
  maxRetryAfterMs: number;
  /** No further attempt begins on a model once this much time went into it. */
  retryBudgetMs: number;
  quotaOpenMs: number;
  unavailableOpenMs: number;
  timeouts: StreamTimeouts;
}

export const DEFAULT_FALLBACK_POLICY: FallbackPolicy = {
  maxAttempts: 3,
  baseDelayMs: 500,
  maxDelayMs: 8_000,
  maxRetryAfterMs: 15_000,
  retryBudgetMs: 25_000,
  quotaOpenMs: 300_000,
  unavailableOpenMs: 20_000,
  timeouts: { firstPartMs: 45_000, idleMs: 30_000 },
};

/**
 * The wait before attempt `attempt + 1`, or `null` when it is not worth it. Jitter takes up to half away, so that
 * clients that failed together do not come back together; a provider's own wish is never undercut.
 */
export function toRetryDelay(
  policy: FallbackPolicy,
  { attempt, retryAfterMs = 0, spentMs, random }: {
    attempt: number;
    retryAfterMs?: number;
    spentMs: number;
    random: () => number;
  },
): number | null {
  if (attempt >= policy.maxAttempts || retryAfterMs > policy.maxRetryAfterMs) return null;
  const backoffMs = Math.min(policy.baseDelayMs * 2 ** (attempt - 1), policy.maxDelayMs);
  const delayMs = Math.max(retryAfterMs, Math.round(backoffMs * (1 - random() / 2)));
  return spentMs + delayMs > policy.retryBudgetMs ? null : delayMs;
}
