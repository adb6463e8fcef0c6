/** Reads standard input line by line. */

export interface LineReader {
  /** `null` at the end of the input. */
  next(): Promise<string | null>;
}

export function createLineReader(input: ReadableStream<Uint8Array>): LineReader {
  const reader = input.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  return {
    async next() {
      for (;;) {
        const end = buffer.indexOf("\n");
        if (end >= 0) {
          const line = buffer.slice(0, end).replace(/\r$/, "");
          buffer = buffer.slice(end + 1);
          return line;
        }
        const { value, done } = await reader.read();
        if (done) {
          const rest = buffer;
          buffer = "";
          return rest === "" ? null : rest;
        }
        buffer += value;
      }
    },
  };
}
