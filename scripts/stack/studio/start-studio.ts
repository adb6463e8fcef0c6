/** Serves Studio on a port of its own; its page may do everything, so only this machine reaches it. */

import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { contentTypeOf } from "./content-type-of.ts";

export interface Studio {
  readonly port: number;
  stop(): Promise<void>;
}

export interface StudioOptions {
  port: number;
  fetchStudio: (request: Request, peerAddress: string) => Promise<Response>;
}

const HOSTNAME = "127.0.0.1";
// A page of the Internet can have its own name point at this machine, and would be same-origin then.
const LOOPBACK_NAMES = [HOSTNAME, "localhost"];
/** `same-site` is another port of this machine, which may be anybody's page. */
const OWN_SITES = ["none", "same-origin"];
const STATIC_PREFIX = "/static/";
const STATIC_DIR = join(dirname(fileURLToPath(import.meta.resolve("@supabase/lite"))), "static");

export function startStudio(options: StudioOptions): Studio {
  const stopping = new AbortController();
  const server = Deno.serve(
    { hostname: HOSTNAME, port: options.port, signal: stopping.signal, onListen: () => {} },
    async (request, { remoteAddr }) => {
      const { pathname, hostname } = new URL(request.url);
      if (!LOOPBACK_NAMES.includes(hostname)) {
        return new Response("Studio is for this machine only", { status: 403 });
      }
      if (!isOwnRequest(request.headers)) {
        return new Response("Studio answers its own page only", { status: 403 });
      }
      if (pathname.startsWith(STATIC_PREFIX)) return serveFile(pathname.slice(STATIC_PREFIX.length));
      return toPrivate(await options.fetchStudio(request, remoteAddr.hostname));
    },
  );
  return {
    port: server.addr.port,
    async stop() {
      stopping.abort();
      await server.finished;
    },
  };
}

/** Another page may link to Studio; it may not fetch from it, frame it or embed what it answers. */
function isOwnRequest(headers: Headers): boolean {
  if (OWN_SITES.includes(headers.get("sec-fetch-site") ?? "none")) return true;
  return headers.get("sec-fetch-mode") === "navigate" && headers.get("sec-fetch-dest") === "document";
}

/** What Studio reads must not be readable by another page, now or from a cache. */
function toPrivate(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.delete("access-control-allow-origin");
  headers.set("cache-control", "no-store");
  headers.set("cross-origin-resource-policy", "same-origin");
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

async function serveFile(name: string): Promise<Response> {
  const path = normalize(join(STATIC_DIR, name));
  const notFound = new Response("Not found", { status: 404 });
  if (!path.startsWith(STATIC_DIR)) return notFound;
  try {
    return new Response(await Deno.readFile(path), { headers: { "content-type": contentTypeOf(path) } });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.IsADirectory) return notFound;
    throw error;
  }
}
