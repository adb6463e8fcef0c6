/** Lets a function's `Deno.serve` or default export listen where the proxy finds it. */

import { CLIENT_HEADERS } from "../client-headers.ts";

type Handler = (request: Request, info: Deno.ServeHandlerInfo<Deno.NetAddr>) => Response | Promise<Response>;
type Serve = (options: Deno.ServeTcpOptions, handler: Handler) => Deno.HttpServer<Deno.NetAddr>;

export interface FunctionServer {
  readonly isServing: () => boolean;
  /** Serves `export default { fetch }`; does nothing when the module has none. */
  serveDefaultExport(module: Record<string, unknown>): void;
}

/** Replaces `Deno.serve`: host and port are the platform's choice, whatever the function asks for. */
export function installServe(onListen: (port: number) => void): FunctionServer {
  const platformServe = Deno.serve as Serve;
  let isServing = false;

  function serve(...given: unknown[]): Deno.HttpServer<Deno.NetAddr> {
    const { handler, options } = parseServeArguments(given);
    isServing = true;
    return platformServe(
      { onError: options.onError, hostname: "127.0.0.1", port: 0, onListen: ({ port }) => onListen(port) },
      (request, info) => handler(asSeenFromOutside(request), info),
    );
  }

  Deno.serve = serve as typeof Deno.serve;
  return {
    isServing: () => isServing,
    serveDefaultExport(module) {
      const exported = module["default"] as { fetch?: unknown } | null | undefined;
      if (!exported || !("fetch" in Object(exported))) return;
      const { fetch } = exported;
      if (typeof fetch !== "function") {
        throw new TypeError("Invalid default export: its fetch must be a function");
      }
      serve((request: Request) => fetch.call(exported, request));
    },
  };
}

interface ServeOptions {
  onError?: (error: unknown) => Response | Promise<Response>;
  handler?: Handler;
}

function parseServeArguments(given: unknown[]): { handler: Handler; options: ServeOptions } {
  const options: ServeOptions = given.find((argument) => typeof argument === "object" && argument !== null) ??
    {};
  const handler = given.find((argument) => typeof argument === "function") as Handler | undefined;
  if (handler ?? options.handler) return { handler: (handler ?? options.handler)!, options };
  throw new TypeError("Cannot serve: Deno.serve() was called without a handler");
}

/**
 * The address and headers that the client used. They are set on the request itself because a copy could not be
 * upgraded to a WebSocket.
 */
function asSeenFromOutside(request: Request): Request {
  const carried = request.headers.get(CLIENT_HEADERS);
  if (!carried) return request;
  const headers = new Headers(JSON.parse(carried) as [string, string][]);
  const url = new URL(request.url);
  const origin = `${headers.get("x-forwarded-proto")}://${headers.get("host")}`;
  Object.defineProperty(request, "url", { value: `${origin}${url.pathname}${url.search}` });
  Object.defineProperty(request, "headers", { value: headers });
  return request;
}
