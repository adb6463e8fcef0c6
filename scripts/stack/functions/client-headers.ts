/** Carries the headers of a client to a worker unchanged, whatever the HTTP client in between makes of them. */

import type { IncomingMessage } from "node:http";

/** Read by the worker's prelude, which hides it from the function. */
export const CLIENT_HEADERS = "x-stack-client-headers";

const PATH_PREFIX = "/functions/v1";

/** What a function should see: the client's headers, plus and minus what the platform's gateway changes. */
export function headersForFunction(request: IncomingMessage): [string, string][] {
  const { headers, socket } = request;
  const host = one(headers["x-forwarded-host"]) ?? headers.host ?? "";
  const protocol = one(headers["x-forwarded-proto"]) ?? "http";
  const port = /:(\d+)$/.exec(host)?.[1] ?? (protocol === "https" ? "443" : "80");
  const seen: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && name !== CLIENT_HEADERS) {
      seen[name] = Array.isArray(value) ? value.join(", ") : value;
    }
  }
  delete seen["sb-api-key"];
  return Object.entries({
    ...seen,
    host,
    "x-forwarded-for": [seen["x-forwarded-for"], socket.remoteAddress].filter(Boolean).join(", "),
    "x-forwarded-host": host,
    "x-forwarded-proto": protocol,
    "x-forwarded-port": seen["x-forwarded-port"] ?? port,
  });
}

/** Functions see the path without the prefix. */
export function pathForFunction(request: IncomingMessage): string {
  const path = request.url ?? "/";
  return path.startsWith(`${PATH_PREFIX}/`) ? path.slice(PATH_PREFIX.length) : path;
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
