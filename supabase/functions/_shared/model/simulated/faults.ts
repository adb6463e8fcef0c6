/**
 * Failures a message can ask the simulated provider for, written `[[fault:name]]` or `[[fault:name:number]]`, so that
 * tests and curious people can see what the whole system makes of them. `[[summary_fault:name]]` anywhere in a session
 * makes its summary fail instead of the answer.
 */

/** Faults answered before the stream begins, as the real provider answers them. `:n` fails only the first n attempts. */
export const STATUS_FAULTS = {
  rate_limit: {
    status: 429,
    headers: { "retry-after": "1" },
    error: { type: "requests", code: "rate_limit_exceeded", message: "Rate limit reached (simulated)." },
  },
  quota: {
    status: 429,
    headers: {},
    error: { type: "insufficient_quota", code: "insufficient_quota", message: "Quota exceeded (simulated)." },
  },
  server_error: {
    status: 500,
    headers: {},
    error: { type: "server_error", code: null, message: "The server had an error (simulated)." },
  },
  unauthorized: {
    status: 401,
    headers: {},
    error: {
      type: "invalid_request_error",
      code: "invalid_api_key",
      message: "Incorrect API key (simulated).",
    },
  },
  bad_request: {
    status: 400,
    headers: {},
    error: { type: "invalid_request_error", code: null, message: "The request is not valid (simulated)." },
  },
} as const;
export type StatusFault = keyof typeof STATUS_FAULTS;

export const STREAM_FAULTS = [
  /** An error event after some tokens. */
  "mid_stream",
  /** Some tokens, then silence. */
  "stall",
  /** Some tokens, then the connection ends as if all had been said. */
  "cut_off",
  /** `:n` waits n milliseconds before the first token. */
  "slow_first_token",
  /** A stored answer cannot be found any more; other answers are as usual. */
  "forgotten",
  "invalid_tool_arguments",
  "refusal",
] as const;
export type StreamFault = (typeof STREAM_FAULTS)[number];

export interface Fault {
  name: StatusFault | StreamFault;
  argument: number | undefined;
}

const MARKER = /\[\[(fault|summary_fault):([a-z_]+)(?::(\d{1,7}))?\]\]/g;

/** Unknown names are ignored. */
export function readFaults(text: string, wanted: "fault" | "summary_fault"): Fault[] {
  return [...text.matchAll(MARKER)].flatMap(([, kind, name, argument]) =>
    kind === wanted && isFaultName(name)
      ? [{ name, argument: argument === undefined ? undefined : Number(argument) }]
      : []
  );
}

export function withoutFaults(text: string): string {
  return text.replace(MARKER, "").trim();
}

export function isStatusFault(fault: Fault): fault is Fault & { name: StatusFault } {
  return fault.name in STATUS_FAULTS;
}

function isFaultName(name: string | undefined): name is Fault["name"] {
  return name !== undefined && (name in STATUS_FAULTS || STREAM_FAULTS.some((known) => known === name));
}
