/** Reads a body as cheaply as Deno can: into one small buffer that is used again and again. */

const BUFFER_BYTES = 4 * 1024;

/** Calls `onText` with each piece as it arrives. */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  onText: (text: string) => void,
): Promise<void> {
  const reader = body.getReader({ mode: "byob" });
  const decoder = new TextDecoder();
  let buffer = new Uint8Array(BUFFER_BYTES);
  for (;;) {
    const { value, done } = await reader.read(buffer);
    if (value && value.length > 0) onText(decoder.decode(value, { stream: true }));
    if (done || !value) return;
    buffer = new Uint8Array(value.buffer);
  }
}
