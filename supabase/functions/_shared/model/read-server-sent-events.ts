/**
 * Reads a stream of server-sent events. The provider's SDK has a reader too; it hands out one event at a time, which hides
 * what came together, and takes several times as long for each.
 */

export interface ServerSentEvent {
  /** What the provider calls it, if it does. */
  name: string | null;
  data: string;
}

export interface ReadEventsOptions {
  signal: AbortSignal;
  /** The data of an event that is the provider's last word: it is not given, and whatever follows it is not waited for. */
  lastWord?: string;
}

/** In UTF-16 units. No provider says so much at once; one that never ends an event must not fill the worker. */
const MAX_EVENT_LENGTH = 1024 * 1024;

type EventReader = Pick<ReadableStreamDefaultReader<Uint8Array>, "read" | "cancel">;

/**
 * The events of each piece of the body, as soon as it is there; a piece that ends none gives nothing. An abort ends it.
 * @throws RangeError for an event without an end, or why the body broke.
 */
export async function* readServerSentEvents(
  body: Pick<ReadableStream<Uint8Array>, "getReader">,
  { signal, lastWord }: ReadEventsOptions,
): AsyncGenerator<ServerSentEvent[]> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parse = createParser();
  // Also tells a provider that still speaks that nobody reads on.
  const leave = () => reader.cancel().catch(() => {});
  let isOver = false;
  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) await leave();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      const events = parse(decoder.decode(piece.value, { stream: true }));
      const end = events.findIndex(({ data }) => data === lastWord);
      isOver = end >= 0;
      const given = isOver ? events.slice(0, end) : events;
      if (given.length > 0) yield given;
      if (isOver) break;
    }
  } finally {
    signal.removeEventListener("abort", leave);
    if (isOver) void letEnd(reader);
    else await leave();
  }
}

/** A connection can be used again once its body has ended, which mostly comes right after the last word. */
async function letEnd(reader: EventReader): Promise<void> {
  try {
    const { done } = await reader.read();
    if (!done) await reader.cancel();
  } catch {
    // It broke after all had been said.
  }
}

function createParser(): (text: string) => ServerSentEvent[] {
  let rest = "";
  let name: string | null = null;
  let data: string | null = null;

  return (text) => {
    const events: ServerSentEvent[] = [];
    const lines = toLines(rest + text);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (data !== null) events.push({ name, data });
        name = null;
        data = null;
      } else if (line.startsWith("data:")) {
        const value = valueOf(line, "data:");
        data = data === null ? value : `${data}\n${value}`;
      } else if (line.startsWith("event:")) name = valueOf(line, "event:");
    }
    if (rest.length + (data?.length ?? 0) > MAX_EVENT_LENGTH) {
      throw new RangeError("The provider sent an event that is too long");
    }
    return events;
  };
}

/** The last one is unfinished; so is one whose carriage return may be half of a line's end. */
function toLines(text: string): string[] {
  return text.includes("\r") ? text.split(/\r\n|\n|\r(?!$)/) : text.split("\n");
}

function valueOf(line: string, field: string): string {
  return line.slice(line.charAt(field.length) === " " ? field.length + 1 : field.length);
}
