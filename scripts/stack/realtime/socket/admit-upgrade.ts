/** Decides whether a request may become a connection, before it does. */

import type { IncomingMessage } from "node:http";
import { identify, type Identity, TokenError } from "../authorization/identity.ts";
import type { Services } from "../services.ts";
import type { WireVersion } from "../wire/message.ts";

export interface Admission {
  readonly identity: Identity;
  readonly version: WireVersion;
  readonly headers: Record<string, string>;
}

export interface Refusal {
  readonly status: number;
  readonly statusText: string;
  readonly error: string;
}

const PATH = "/realtime/v1/websocket";
const VERSIONS: readonly string[] = ["1.0.0", "2.0.0"] satisfies WireVersion[];

export async function admitUpgrade(
  services: Services,
  { request, connectionCount }: { request: IncomingMessage; connectionCount: number },
): Promise<Admission | Refusal> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  if (pathname !== PATH) return { status: 404, statusText: "Not Found", error: "Not found" };
  const version = searchParams.get("vsn") ?? "1.0.0";
  if (!isVersion(version)) {
    return {
      status: 400,
      statusText: "Bad Request",
      error: `Cannot speak vsn ${version}: use 1.0.0 or 2.0.0`,
    };
  }
  const { apikey, authorization } = request.headers;
  const token = searchParams.get("apikey") ?? apikey ?? authorization?.replace(/^Bearer\s+/i, "");
  if (typeof token !== "string" || token === "") return unauthorized("API key is missing");
  try {
    const identity = await identify(token, services.identity);
    if (connectionCount >= services.limits.connections) {
      return { status: 429, statusText: "Too Many Requests", error: "Too many connected users" };
    }
    return { identity, version, headers: customHeaders(request) };
  } catch (error) {
    if (error instanceof TokenError) return unauthorized(error.message);
    throw error;
  }
}

function unauthorized(error: string): Refusal {
  return { status: 401, statusText: "Unauthorized", error };
}

function isVersion(version: string): version is WireVersion {
  return VERSIONS.includes(version);
}

function customHeaders({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith("x-")).map(([name, value]) => [
      name,
      String(value),
    ]),
  );
}
