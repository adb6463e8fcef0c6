/** Reads the stream of a chat completion: the chunks that came together, up to the provider's last word. */
import { APIError } from "openai";
import type { CompletionChunk } from "./completion-chunk.ts";
import { readServerSentEvents, type ServerSentEvent } from "./read-server-sent-events.ts";

const LAST_WORD = "[DONE]";

/** What came before an error is given out before it is thrown (R7). @throws APIError, SyntaxError, or why the body broke. */
export async function* readCompletionChunks(
  { body, headers }: Response,
  signal: AbortSignal,
): AsyncGenerator<CompletionChunk[]> {
  if (!body) return;
  for await (const events of readServerSentEvents(body, { signal, lastWord: LAST_WORD })) {
    const chunks: CompletionChunk[] = [];
    for (const event of events) {
      const chunk = toChunk(event, headers);
      if (!(chunk instanceof Error)) {
        chunks.push(chunk);
        continue;
      }
      if (chunks.length > 0) yield chunks;
      throw chunk;
    }
    yield chunks;
  }
}

function toChunk({ name, data }: ServerSentEvent, headers: Headers): CompletionChunk | Error {
  let value: (CompletionChunk & { error?: object }) | null;
  try {
    value = JSON.parse(data);
  } catch {
    // Without the data, which is what a model says to a user.
    return new SyntaxError("The provider sent an event that is not JSON");
  }
  const error = value?.error ?? (name === "error" ? value ?? {} : null);
  return error ? new APIError(undefined, error, undefined, headers) : value ?? {};
}
