/** A row of `net.http_request_queue` and what becomes of it in `net._http_response`. */

import type { Clock } from "../functions/clock.ts";

export interface NetRequest {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string> | null;
  readonly body: Uint8Array | null;
  readonly timeoutMs: number;
}

export interface NetResponse {
  readonly id: string;
  readonly status_code: number | null;
  readonly content_type: string | null;
  readonly headers: Record<string, string> | null;
  readonly content: string | null;
  readonly timed_out: boolean;
  readonly error_msg: string | null;
}

export interface SendOptions {
  fetch: typeof fetch;
  clock: Clock;
  /** Stops the worker: the request then counts as not sent. */
  signal: AbortSignal;
}

const USER_AGENT = "pg_net/0.20.5";

/** One attempt: a failure is a response too. Rejects only when `signal` is aborted. */
export async function sendRequest(request: NetRequest, options: SendOptions): Promise<NetResponse> {
  const { id, method, url, headers, body, timeoutMs } = request;
  const failed = { id, status_code: null, content_type: null, headers: null, content: null };
  const timeout = new AbortController();
  const cancelTimeout = options.clock.setTimer(() => timeout.abort(), timeoutMs);
  try {
    const response = await options.fetch(url, {
      method: method.toUpperCase(),
      headers: { "user-agent": USER_AGENT, ...headers },
      body,
      signal: AbortSignal.any([timeout.signal, options.signal]),
    });
    // Postgres has no text with a zero byte in it.
    const content = (await response.text()).replaceAll("\0", "");
    return {
      id,
      status_code: response.status,
      content_type: response.headers.get("content-type"),
      headers: Object.fromEntries(response.headers),
      content,
      timed_out: false,
      error_msg: null,
    };
  } catch (error) {
    options.signal.throwIfAborted();
    return timeout.signal.aborted
      ? { ...failed, timed_out: true, error_msg: `Timeout of ${timeoutMs} ms reached` }
      : { ...failed, timed_out: false, error_msg: error instanceof Error ? error.message : String(error) };
  } finally {
    cancelTimeout();
  }
}
