/**
 * Serves the simulated provider on a port, so that `OPENAI_BASE_URL` can point at it: for tests and benchmarks that want
 * a provider behind a real network connection.
 *
 *     deno run --allow-net --allow-env scripts/simulated-provider.ts --port 8080 --tokens-per-second 50
 */
import { createSimulatedFetch } from "../supabase/functions/_shared/model/simulated/simulated-fetch.ts";
import { systemClock } from "../supabase/functions/_shared/runtime/system-clock.ts";

export interface SimulatedProviderOptions {
  /** 0 takes a free one. */
  port?: number;
  tokensPerSecond?: number;
  firstTokenMs?: number;
  /** Told of each request before it is answered. */
  onRequest?(request: { method: string; url: string; body: string }): void;
}

export interface SimulatedProvider extends AsyncDisposable {
  /** For `OPENAI_BASE_URL`; any key is accepted, but there must be one. */
  baseUrl: string;
}

export function startSimulatedProvider(options: SimulatedProviderOptions = {}): SimulatedProvider {
  const { port = 0, tokensPerSecond = 40, firstTokenMs = 250 } = options;
  const closing = new AbortController();
  const answer = createSimulatedFetch({
    signal: closing.signal,
    clock: systemClock,
    pace: { tokensPerSecond, firstTokenMs },
    createId: () => crypto.randomUUID(),
    obeysFaults: true,
  });
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, async (request) => {
    if (!/^Bearer \S+$/.test(request.headers.get("authorization") ?? "")) return refuse();
    if (options.onRequest) {
      const { method, url } = request;
      options.onRequest({ method, url, body: await request.clone().text() });
    }
    return await answer(request);
  });
  return {
    baseUrl: `http://127.0.0.1:${server.addr.port}/v1`,
    async [Symbol.asyncDispose]() {
      closing.abort();
      await server.shutdown();
    },
  };
}

function refuse(): Response {
  const error = {
    message: "You didn't provide an API key.",
    type: "invalid_request_error",
    code: null,
    param: null,
  };
  return Response.json({ error }, { status: 401 });
}

/** `--first-token-ms 5` → 5; absent → undefined. @throws Error naming the flag and the fix. */
function readFlag(name: string): number | undefined {
  const place = Deno.args.indexOf(`--${name}`);
  if (place === -1) return undefined;
  const value = Number(Deno.args[place + 1] ?? "");
  if (!Number.isFinite(value) || value < 0) throw new Error(`Cannot use --${name}: give a number, 0 or more`);
  return value;
}

if (import.meta.main) {
  const provider = startSimulatedProvider({
    port: readFlag("port"),
    tokensPerSecond: readFlag("tokens-per-second"),
    firstTokenMs: readFlag("first-token-ms"),
  });
  console.log(`Simulated provider ready: OPENAI_BASE_URL=${provider.baseUrl} OPENAI_API_KEY=any`);
}
