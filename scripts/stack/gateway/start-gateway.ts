/** The one HTTP server of the stack: every service on the path that supabase-js expects. */

import type { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { FunctionsRuntime } from "../functions/functions-runtime.ts";
import { listenWithUpgrades } from "../functions/listen-with-upgrades.ts";
import type { Realtime } from "../realtime/realtime.ts";
import { BodyTooLargeError, sendFetchResponse, toFetchRequest } from "./fetch-adapter.ts";

export interface GatewayOptions {
  port: number;
  /** Answers all but `/functions/v1`. */
  answer: (request: Request) => Promise<Response>;
  /** Undefined while or when there are no functions. */
  functions: () => FunctionsRuntime | undefined;
  /** Undefined when there is none. */
  realtime: Realtime | undefined;
  log: (line: string) => void;
}

export interface Gateway {
  readonly port: number;
  stop(): Promise<void>;
}

const HOSTNAME = "127.0.0.1";
const MAX_BODY_BYTES = 20 * 1024 * 1024;
const CLOSE_TIMEOUT_MS = 2_000;
/** Function names need no escaping; a path that does is nobody's. */
const FUNCTION_PATH = /^\/functions\/v1\/([\w-]+)(?=[/?]|$)/;

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const server = createServer((request, response) => {
    const functionName = functionNameOf(request);
    const functions = functionName ? options.functions() : undefined;
    if (functionName && functions) {
      functions.handleRequest(request, response, functionName);
    } else void answerApi(request, response, options);
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const functionName = functionNameOf(request);
    const functions = functionName ? options.functions() : undefined;
    if (functionName && functions) {
      functions.handleUpgrade(request, socket, head, functionName);
    } else if (options.realtime && request.url?.startsWith("/realtime/v1/")) {
      options.realtime.handleUpgrade(request, socket, head);
    } else refuseUpgrade(socket);
  });
  const { port, close } = await listenWithUpgrades(server, { hostname: HOSTNAME, port: options.port });
  return { port, stop: () => atMost(CLOSE_TIMEOUT_MS, close()) };
}

/** A connection that hangs must not keep the rest of the stack from stopping. */
async function atMost(timeoutMs: number, closing: Promise<void>): Promise<void> {
  const timeout = Promise.withResolvers<void>();
  const timer = setTimeout(timeout.resolve, timeoutMs);
  await Promise.race([closing, timeout.promise]);
  clearTimeout(timer);
}

function functionNameOf({ url = "" }: IncomingMessage): string | undefined {
  return FUNCTION_PATH.exec(url)?.[1];
}

async function answerApi(
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayOptions,
): Promise<void> {
  try {
    const origin = `http://${request.headers.host ?? HOSTNAME}`;
    const fetchRequest = await toFetchRequest(request, { origin, maxBodyBytes: MAX_BODY_BYTES });
    await sendFetchResponse(await options.answer(fetchRequest), response);
  } catch (error) {
    if (response.headersSent) return void response.destroy();
    const answer = error instanceof BodyTooLargeError
      ? Response.json({ message: "Payload too large: the limit is 20 MB" }, { status: 413 })
      : Response.json({ message: "An unexpected error occurred" }, { status: 500 });
    if (answer.status === 500) options.log(`${request.method} ${request.url}: ${error}`);
    await sendFetchResponse(answer, response);
  }
}

function refuseUpgrade(socket: Duplex): void {
  const body = JSON.stringify({ message: "no Route matched with those values" });
  socket.end(
    `HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
}
