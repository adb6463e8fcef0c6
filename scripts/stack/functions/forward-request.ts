/**
 * Passes an HTTP request on to a worker. It uses fetch() because the `node:http` client of Deno 2.1 neither reports
 * a server that dies before it answers nor one that dies while it does.
 */

import type { Buffer } from "node:buffer";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { answerError } from "./answer-error.ts";
import { CLIENT_HEADERS, headersForFunction, pathForFunction } from "./client-headers.ts";
import type { Clock } from "./clock.ts";
import { ERROR_ANSWERS } from "./error-answers.ts";
import type { WorkerLease } from "./worker-pool.ts";

export interface ForwardRequestOptions {
  lease: WorkerLease;
  client: Deno.HttpClient;
  clock: Clock;
  idleTimeoutMs: number;
}

/** They belong to one connection, or describe an encoding that fetch() has undone. */
const DROPPED_FROM_ANSWER = new Set(["connection", "keep-alive", "transfer-encoding", "content-encoding"]);

/** Never rejects; gives the lease back when the answer is complete or cut off. */
export async function forwardRequest(
  request: IncomingMessage,
  response: ServerResponse,
  options: ForwardRequestOptions,
): Promise<void> {
  const { lease, client, clock, idleTimeoutMs } = options;
  const abort = new AbortController();
  let isIdle = false;
  const cancelIdleTimer = clock.setTimer(() => {
    isIdle = true;
    abort.abort();
  }, idleTimeoutMs);
  response.on("close", () => abort.abort());
  try {
    const answer = await fetch(`http://127.0.0.1:${lease.port}${pathForFunction(request)}`, {
      method: request.method ?? "GET",
      headers: {
        "accept-encoding": "identity",
        [CLIENT_HEADERS]: JSON.stringify(headersForFunction(request)),
      },
      body: hasBody(request) ? toWebStream(request) : null,
      redirect: "manual",
      signal: abort.signal,
      client,
    });
    cancelIdleTimer();
    response.writeHead(answer.status, answer.statusText, headersOf(answer));
    for await (const chunk of answer.body ?? []) {
      if (!response.write(chunk)) await Promise.race([once(response, "drain"), once(response, "close")]);
    }
    response.end();
  } catch {
    answerError(response, isIdle ? ERROR_ANSWERS.idleTimeout : await lease.worker.explainFailure());
  } finally {
    cancelIdleTimer();
    lease.release();
  }
}

function hasBody({ headers, method }: IncomingMessage): boolean {
  if (method === "GET" || method === "HEAD") return false;
  return Number(headers["content-length"] ?? 0) > 0 || headers["transfer-encoding"] !== undefined;
}

function toWebStream(request: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = request[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer>;
  return ReadableStream.from({ [Symbol.asyncIterator]: () => chunks });
}

function headersOf(answer: Response): [string, string][] {
  return [...answer.headers].filter(([name]) => !DROPPED_FROM_ANSWER.has(name));
}
