/** A provider that stores its answers, with connections that break where a test says, and a count of what it was asked. */
import { createResponsesModel } from "../responses-model.ts";
import { createPrepareReply } from "../simulated/prepare-reply.ts";
import type { Reply } from "../simulated/reply.ts";
import { createResponsesApi } from "../simulated/responses-api.ts";
import { createDrivenClock } from "./driven-clock.ts";

export interface BackgroundProviderOptions {
  /** Instead of what the simulated model says. */
  reply?: Reply;
  tokensPerSecond?: number;
  /** Of each connection in turn: after how many bytes it breaks; `null` for never. */
  breaks?: (number | null)[];
  /** Whether a broken connection fails or just ends. */
  breaksCleanly?: boolean;
  /** Answers instead of the provider, as long as it answers. */
  intercept?: (request: Request) => Response | undefined;
}

export function createBackgroundProvider(options: BackgroundProviderOptions = {}) {
  const { reply, tokensPerSecond = 0, breaks = [], breaksCleanly = false, intercept } = options;
  const clock = createDrivenClock();
  let idCount = 0;
  const createId = () => `id${++idCount}`;
  const pace = { tokensPerSecond, firstTokenMs: 0 };
  const prepareReply = createPrepareReply({ clock, pace, createId, obeysFaults: true });
  const api = createResponsesApi({
    clock,
    prepareReply: (request, prefix) => {
      const prepared = prepareReply(request, prefix);
      return prepared instanceof Response || !reply ? prepared : { ...prepared, reply };
    },
    closing: new AbortController().signal,
  });
  /** Such as "POST /responses". */
  const requests: string[] = [];
  const bodies: Record<string, unknown>[] = [];
  let connectionCount = 0;

  async function answer(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const { pathname, search } = new URL(request.url);
    requests.push(`${request.method} ${pathname.replace(/^\/v1/, "")}${search}`);
    if (request.body) bodies.push(await request.clone().json().catch(() => ({})));
    const response = intercept?.(request) ?? await api(request) ?? new Response(null, { status: 404 });
    if (response.headers.get("content-type")?.startsWith("text/event-stream") !== true) return response;
    const limit = breaks[connectionCount++] ?? null;
    return limit === null || !response.body ? response : new Response(
      breakAfter(response.body, { limit, breaksCleanly }),
      { headers: response.headers },
    );
  }

  const open = (model = "m") =>
    createResponsesModel({
      model,
      mode: "openai",
      clock,
      apiKey: "sk",
      baseUrl: "http://p.test/v1",
      fetch: answer,
    });

  return {
    clock,
    requests,
    bodies,
    open,
    count: (start: string) => requests.filter((request) => request.startsWith(start)).length,
    fetch: answer as typeof fetch,
  };
}

function breakAfter(
  body: ReadableStream<Uint8Array>,
  { limit, breaksCleanly }: { limit: number; breaksCleanly: boolean },
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let remaining = limit;
  return new ReadableStream({
    async pull(controller) {
      if (remaining <= 0) {
        await reader.cancel();
        return breaksCleanly ? controller.close() : controller.error(new TypeError("connection reset"));
      }
      const { done, value } = await reader.read();
      if (done) return controller.close();
      controller.enqueue(value.slice(0, remaining));
      remaining -= value.length;
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
