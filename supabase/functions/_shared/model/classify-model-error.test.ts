import { assertEquals } from "@std/assert";
import { APIConnectionError, APIConnectionTimeoutError, APIError } from "openai";
import { classifyModelError } from "./classify-model-error.ts";
import { ModelError } from "./language-model.ts";

function httpError(status: number, error: Record<string, unknown>, headers: Record<string, string> = {}) {
  return APIError.generate(status, { error }, undefined, new Headers(headers));
}

/** As the SDK raises an error event: no status, the headers of the 200 that began the stream. */
function streamError(error: Record<string, unknown>) {
  return new APIError(undefined, error, undefined, new Headers());
}

const quotaCodes = [
  "insufficient_quota",
  "credit_balance_exhausted",
  "organization_spend_limit_exceeded",
  "project_spend_limit_exceeded",
  "organization_usage_limit_exceeded",
];
for (const code of quotaCodes) {
  Deno.test(`classifyModelError() knows ${code} as an exhausted quota, not to be retried`, () => {
    const expected = { code: "model_quota_exceeded", retryable: false } as const;

    assertEquals(classifyModelError(httpError(429, { code, type: "insufficient_quota" })), expected);
    assertEquals(classifyModelError(httpError(429, { code })), expected);
    assertEquals(classifyModelError(streamError({ code })), expected);
  });
}

Deno.test("classifyModelError() knows a quota by its type or status when the code is new", () => {
  const error = httpError(429, { code: "something_new", type: "insufficient_quota" }, { "retry-after": "1" });

  assertEquals(classifyModelError(error), { code: "model_quota_exceeded", retryable: false });
  assertEquals(classifyModelError(httpError(402, {})).code, "model_quota_exceeded");
});

const cases: [name: string, error: unknown, code: string, retryable: boolean][] = [
  [
    "a rate limit",
    httpError(429, { code: "rate_limit_exceeded", type: "requests" }),
    "model_unavailable",
    true,
  ],
  ["slow_down", httpError(503, { code: "slow_down" }), "model_unavailable", true],
  ["a wrong key", httpError(401, { code: "invalid_api_key" }), "model_misconfigured", false],
  ["a refused country", httpError(403, { code: "unsupported_country" }), "model_misconfigured", false],
  ["an unknown model", httpError(404, { code: "model_not_found" }), "model_misconfigured", false],
  [
    "an unknown model told with 400",
    httpError(400, { code: "model_not_found" }),
    "model_misconfigured",
    false,
  ],
  ["a bad request", httpError(400, { type: "invalid_request_error" }), "model_rejected", false],
  ["a too long context", httpError(400, { code: "context_length_exceeded" }), "model_rejected", false],
  ["too large a request", httpError(413, {}), "model_rejected", false],
  ["an unprocessable request", httpError(422, {}), "model_rejected", false],
  ["a request timeout", httpError(408, {}), "model_unavailable", true],
  ["a conflict", httpError(409, {}), "model_unavailable", true],
  ["a server error", httpError(500, { type: "server_error" }), "model_unavailable", true],
  ["a bad gateway", httpError(502, {}), "model_unavailable", true],
  ["an overload", httpError(529, {}), "model_unavailable", true],
  ["a failed connection", new APIConnectionError({ message: "refused" }), "model_unavailable", true],
  ["a connection timeout", new APIConnectionTimeoutError(), "model_unavailable", true],
  ["a broken body", new TypeError("error reading a body from connection"), "model_unavailable", true],
  ["malformed JSON in the stream", new SyntaxError("malformed"), "model_unavailable", true],
  ["a server error in mid-stream", streamError({ type: "server_error" }), "model_unavailable", true],
  ["a rejection in mid-stream", streamError({ type: "invalid_request_error" }), "model_rejected", false],
  ["a gateway's numeric code", streamError({ code: 502 }), "model_unavailable", true],
  ["a gateway's numeric 401", streamError({ code: 401 }), "model_misconfigured", false],
  ["something thrown that is no error", "boom", "model_unavailable", true],
];
for (const [name, error, code, retryable] of cases) {
  Deno.test(`classifyModelError() reads ${name} as ${code}`, () => {
    assertEquals<unknown>(classifyModelError(error), { code, retryable });
  });
}

Deno.test("classifyModelError() reads how long to wait, in each of its three spellings", () => {
  const wait = (headers: Record<string, string>) =>
    classifyModelError(httpError(429, {}, headers), { nowMs: Date.UTC(2026, 0, 1) }).retryAfterMs;

  assertEquals(wait({ "retry-after-ms": "350", "retry-after": "9" }), 350);
  assertEquals(wait({ "retry-after": "1.5" }), 1_500);
  assertEquals(wait({ "retry-after": "Thu, 01 Jan 2026 00:00:07 GMT" }), 7_000);
  assertEquals(wait({ "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }), 0);
  assertEquals(wait({ "retry-after": "soon" }), undefined);
});

Deno.test("classifyModelError() believes a provider that says not to try again", () => {
  const error = httpError(500, {}, { "x-should-retry": "false", "retry-after": "1" });

  assertEquals(classifyModelError(error), { code: "model_unavailable", retryable: false });
});

Deno.test("classifyModelError() keeps what a ModelError already says", () => {
  const error = new ModelError("model_unavailable", { retryAfterMs: 5 });

  assertEquals(classifyModelError(error), { code: "model_unavailable", retryable: true, retryAfterMs: 5 });
});
