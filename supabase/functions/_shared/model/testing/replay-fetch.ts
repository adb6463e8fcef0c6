/** A `fetch` that answers with recorded streams, cut into pieces that respect neither lines nor characters. */

export interface ReplayedRequest {
  url: string;
  headers: Headers;
  body: Record<string, unknown>;
}

export function createReplayFetch(
  recording: string,
  { pieceLength = 7 }: { pieceLength?: number } = {},
): { fetch: typeof fetch; requests: ReplayedRequest[] } {
  const requests: ReplayedRequest[] = [];
  const bytes = new TextEncoder().encode(recording);

  async function replay(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    requests.push({ url: request.url, headers: request.headers, body: await request.json() });
    let offset = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (offset >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(offset, offset += pieceLength));
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }

  return { fetch: replay, requests };
}

export function readRecording(name: string): Promise<string> {
  return Deno.readTextFile(new URL(`../__fixtures__/${name}.sse`, import.meta.url));
}
