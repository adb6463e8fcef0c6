/** Takes a worker's output apart into reports for the supervisor and lines the function printed. */

import type { WorkerReport } from "./worker-protocol.ts";

/** Resolves when the stream ends. */
export async function readWorkerOutput(
  stream: ReadableStream<Uint8Array>,
  options: { marker?: string; onReport?: (report: WorkerReport) => void; onLine: (text: string) => void },
): Promise<void> {
  const { marker, onReport, onLine } = options;
  let rest = "";

  function take(line: string): void {
    const at = marker === undefined ? -1 : line.indexOf(marker);
    const printed = at === -1 ? line : line.slice(0, at);
    if (printed.trim() !== "") onLine(printed);
    if (at !== -1) onReport?.(JSON.parse(line.slice(at + marker!.length)));
  }

  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(take);
  }
  // What a killed process left behind is a line too, unless it is half a report.
  if (!marker || !rest.includes(marker)) take(rest);
}
