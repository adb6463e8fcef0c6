/** A process of the benchmark: started with one argument, talks in lines of JSON. */
import { fileURLToPath } from "node:url";
import { denoBinary } from "../stack/functions/worker-command.ts";

export interface ChildProcess extends AsyncDisposable {
  readonly pid: number;
  /** The next line it prints. @throws Error when it ends before. */
  read<Value>(): Promise<Value>;
  /** Lets it go on. */
  proceed(): Promise<void>;
}

/** `script` is a file of this folder. */
export function startChild(script: string, argument: unknown): ChildProcess {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const process = new Deno.Command(denoBinary(), {
    args: ["run", "--allow-all", "--quiet", "--no-check", path, JSON.stringify(argument)],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = readLines(process.stdout);
  const input = process.stdin.getWriter();
  return {
    pid: process.pid,
    async read<Value>() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`Cannot go on: ${script} ended early; see its output above`);
      return JSON.parse(value) as Value;
    },
    async proceed() {
      await input.write(new TextEncoder().encode("\n"));
    },
    async [Symbol.asyncDispose]() {
      try {
        process.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
      await process.status;
      await lines.return(undefined);
      await input.abort().catch(() => {});
    },
  };
}

async function* readLines(output: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  let rest = "";
  for await (const text of output.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
