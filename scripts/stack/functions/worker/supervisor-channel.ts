/** The worker's side of the line to the supervisor. */

import type { BootCommand, WorkerCommand, WorkerReport } from "../worker-protocol.ts";

export interface SupervisorChannel {
  readonly boot: BootCommand;
  report(report: WorkerReport): void;
  /** Calls back for each command; resolves when the supervisor is gone. */
  run(onCommand: (command: WorkerCommand) => void): Promise<void>;
}

/** Waits for the boot command. */
export async function openSupervisorChannel(): Promise<SupervisorChannel> {
  const lines = readLines(Deno.stdin.readable);
  const first = await lines.next();
  // The supervisor died before it could say anything.
  if (first.done) Deno.exit(1);
  const boot: BootCommand = JSON.parse(first.value);
  return {
    boot,
    report: (report) => writeAll(`${boot.marker}${JSON.stringify(report)}\n`),
    async run(onCommand) {
      for await (const line of lines) onCommand(JSON.parse(line));
    },
  };
}

async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

const encoder = new TextEncoder();

function writeAll(text: string): void {
  let bytes = encoder.encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
}
