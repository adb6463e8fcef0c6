/** Reads what a provider's failure means for us: which code, whether trying again helps, and when. */
import { ERROR_CODES, type ErrorCode } from "../protocol/mod.ts";
import { ModelError } from "./language-model.ts";
import { readRetryAfter } from "./read-retry-after.ts";

export interface ClassifiedModelError {
  code: ErrorCode;
  retryable: boolean;
  retryAfterMs?: number;
}

/** The account is used up, in whatever way: asking again soon cannot help. Rate limits also arrive as 429 and are not these. */
const QUOTA_CODES = new Set([
  "insufficient_quota",
  "credit_balance_exhausted",
  "organization_spend_limit_exceeded",
  "project_spend_limit_exceeded",
  "organization_usage_limit_exceeded",
  "billing_hard_limit_reached",
  "billing_not_active",
]);

const MISCONFIGURED_CODES = new Set(["invalid_api_key", "model_not_found", "account_deactivated"]);
const REJECTED_CODES = new Set([
  "content_filter",
  "content_policy_violation",
  "context_length_exceeded",
  "invalid_prompt",
  "bio_policy",
  "misalignment_policy_violation",
]);

/** Takes an error of the SDK, of `fetch`, or of a stream that broke; `nowMs` serves a `retry-after` that is a date. */
export function classifyModelError(error: unknown, { nowMs = Date.now() } = {}): ClassifiedModelError {
  if (error instanceof ModelError) {
    return withRetryAfter({ code: error.code, retryable: error.retryable }, error.retryAfterMs);
  }
  const failure = readFailure(error);
  const code = codeOf(failure);
  const retryable = ERROR_CODES[code].retryable && failure.shouldRetry !== "false";
  return withRetryAfter({ code, retryable }, retryable ? readRetryAfter(failure.headers, nowMs) : undefined);
}

interface Failure {
  status: number | undefined;
  code: string;
  type: string;
  headers: Headers | undefined;
  shouldRetry: string | null;
}

/** Read by shape, not by class: an error event in mid-stream has no status and reaches us as a different class. */
function readFailure(error: unknown): Failure {
  const fields = typeof error === "object" && error !== null ? error as Record<string, unknown> : {};
  const { status, code, type, headers } = fields;
  const ownHeaders = headers instanceof Headers ? headers : undefined;
  return {
    // Some gateways put the status of the provider behind them into `code`.
    status: typeof status === "number" ? status : typeof code === "number" ? code : undefined,
    code: typeof code === "string" ? code : "",
    type: typeof type === "string" ? type : "",
    headers: ownHeaders,
    shouldRetry: ownHeaders?.get("x-should-retry") ?? null,
  };
}

function codeOf({ status, code, type }: Failure): ErrorCode {
  if (QUOTA_CODES.has(code) || QUOTA_CODES.has(type) || status === 402) return "model_quota_exceeded";
  if (MISCONFIGURED_CODES.has(code) || type === "authentication_error") return "model_misconfigured";
  if (REJECTED_CODES.has(code)) return "model_rejected";
  switch (status) {
    case undefined:
      return type === "invalid_request_error" ? "model_rejected" : "model_unavailable";
    case 401:
    case 403:
    case 404:
      return "model_misconfigured";
    case 408:
    case 409:
    case 425:
    case 429:
      return "model_unavailable";
    default:
      return status >= 400 && status < 500 ? "model_rejected" : "model_unavailable";
  }
}

function withRetryAfter(
  classified: ClassifiedModelError,
  retryAfterMs: number | undefined,
): ClassifiedModelError {
  return retryAfterMs === undefined ? classified : { ...classified, retryAfterMs };
}
