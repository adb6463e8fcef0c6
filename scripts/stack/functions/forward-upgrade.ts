/** Passes a WebSocket upgrade on to a worker; afterwards bytes flow untouched in both directions. */

import type { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createProxyServer } from "httpxy";
import { answerUpgradeError } from "./answer-error.ts";
import { CLIENT_HEADERS, headersForFunction, pathForFunction } from "./client-headers.ts";
import type { WorkerLease } from "./worker-pool.ts";

export function forwardUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  options: { lease: WorkerLease; head: Buffer },
): void {
  const { lease, head } = options;
  const proxy = createProxyServer({
    target: `http://127.0.0.1:${lease.port}`,
    headers: { [CLIENT_HEADERS]: JSON.stringify(headersForFunction(request)) },
  });
  let isAnswered = false;

  function fail(): void {
    if (!isAnswered) answerUpgradeError(socket, lease.worker.failure);
    isAnswered = true;
  }

  // The platform counts an upgrade as answered: only waitUntil() keeps the worker alive for the socket.
  proxy.on("open", () => {
    isAnswered = true;
    lease.release();
  });
  proxy.on("proxyReqWs", (upstream) => {
    upstream.on("response", (response) => {
      isAnswered = true;
      response.httpVersion ??= "1.1"; // Deno 2.1 leaves it out, and the proxy writes it into the answer
    });
  });
  proxy.on("error", fail);
  // The HTTP client of Deno 2.1 does not say that a server died before it answered.
  lease.worker.exited.then(fail);
  socket.on("close", lease.release);
  request.url = pathForFunction(request);
  void proxy.ws(request, socket as Socket, {}, head);
}
