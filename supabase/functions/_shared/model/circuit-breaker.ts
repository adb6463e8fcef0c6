/** Keeps a model that is known not to answer from being asked, until it is worth a single try again. */
import type { ErrorCode } from "../protocol/mod.ts";

export interface CircuitBreaker {
  /** `null` when the model may be asked; otherwise why not. A permitted call after an opening is a probe, one at a time. */
  refusal(): { code: ErrorCode; retryAfterMs: number } | null;
  succeed(): void;
  /** Does nothing for 0 ms. */
  open(code: ErrorCode, forMs: number): void;
  /** A probe that ended without an answer to the question, such as by a cancel. */
  giveUp(): void;
}

export function createCircuitBreaker(monotonic: () => number): CircuitBreaker {
  let opened: { code: ErrorCode; untilMs: number; isProbing: boolean } | null = null;
  return {
    refusal() {
      if (!opened) return null;
      const remainingMs = opened.untilMs - monotonic();
      if (remainingMs > 0 || opened.isProbing) {
        return { code: opened.code, retryAfterMs: Math.max(0, Math.ceil(remainingMs)) };
      }
      opened.isProbing = true;
      return null;
    },
    succeed() {
      opened = null;
    },
    open(code, forMs) {
      opened = forMs > 0 ? { code, untilMs: monotonic() + forMs, isProbing: false } : null;
    },
    giveUp() {
      if (opened) opened.isProbing = false;
    },
  };
}
