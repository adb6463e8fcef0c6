/** A provider in OpenAI's wire format whose every answer is large, for tests of what unread bytes do. */

export interface VerboseProvider extends AsyncDisposable {
  baseUrl: string;
}

export interface VerboseOptions {
  /** Deltas of an answer. */
  deltas: number;
  /** Characters of a delta. */
  size: number;
  pauseMs: number;
}

export function startVerboseProvider({ deltas, size, pauseMs }: VerboseOptions): VerboseProvider {
  async function* events() {
    const padding = "x".repeat(size);
    for (let index = 0; index < deltas; index++) {
      yield toEvent({
        choices: [{ index: 0, delta: { content: `${index} ${padding} ` }, finish_reason: null }],
      });
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    yield toEvent({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
    const usage = { prompt_tokens: 1, completion_tokens: deltas, total_tokens: deltas + 1 };
    yield toEvent({ choices: [], usage });
    yield "data: [DONE]\n\n";
  }

  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      await request.body?.cancel();
      const body = ReadableStream.from(events()).pipeThrough(new TextEncoderStream());
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    },
  );
  return {
    baseUrl: `http://127.0.0.1:${server.addr.port}/v1`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function toEvent(fields: Record<string, unknown>): string {
  const frame = {
    id: "completion",
    object: "chat.completion.chunk",
    created: 0,
    model: "verbose",
    ...fields,
  };
  return `data: ${JSON.stringify(frame)}\n\n`;
}
