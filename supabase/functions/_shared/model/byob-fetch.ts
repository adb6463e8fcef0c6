/**
 * A `fetch` that reads event streams into one small buffer again and again. Deno hands a plain reader a fresh buffer of
 * 64 KiB with each piece, and a model's stream is many pieces of a few hundred bytes.
 */

const BUFFER_BYTES = 4 * 1024;

/** The part of a reader that readers of event streams use; a whole stream around it would cost what the buffer saves. */
type EventReader = Pick<ReadableStreamDefaultReader<Uint8Array>, "read" | "cancel" | "releaseLock">;

/**
 * Answers as `fetch` does, byte for byte. The body of an event stream offers `getReader()` alone; any other body, and one
 * that cannot be read into a given buffer, is what `fetch` made it.
 */
export function createByobFetch(platformFetch: typeof fetch = fetch): typeof fetch {
  return async (input, init) => {
    const response = await platformFetch(input, init);
    const { body } = response;
    if (!body || !isEventStream(response)) return response;
    Object.defineProperty(response, "body", { value: { getReader: () => openReader(body) } });
    return response;
  };
}

function isEventStream({ headers }: Response): boolean {
  return headers.get("content-type")?.startsWith("text/event-stream") ?? false;
}

function openReader(body: ReadableStream<Uint8Array>): EventReader {
  const reader = openByobReader(body);
  if (!reader) return body.getReader();
  let buffer = new Uint8Array(BUFFER_BYTES);
  return {
    async read() {
      const { value, done } = await reader.read(buffer);
      if (done) return { value: undefined, done };
      buffer = new Uint8Array(value.buffer);
      // A copy: the buffer is read into again, and whoever reads may keep what it was given.
      return { value: value.slice(), done };
    },
    cancel: (reason) => reader.cancel(reason),
    releaseLock: () => reader.releaseLock(),
  };
}

function openByobReader(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | null {
  try {
    return body.getReader({ mode: "byob" });
  } catch (error) {
    // Not a stream of bytes: a platform, or a test, may have made it of other parts.
    if (error instanceof TypeError) return null;
    throw error;
  }
}
