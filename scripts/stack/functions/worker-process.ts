/** The operating-system process of a worker, and the line to its prelude. */

import type { FunctionDefinition } from "./discover-functions.ts";
import type { LogLevel } from "./functions-runtime.ts";
import { readWorkerOutput } from "./read-worker-output.ts";
import { denoBinary, workerArguments } from "./worker-command.ts";
import { BOOT_VARIABLES } from "./worker-environment.ts";
import type { BootCommand, WorkerCommand, WorkerReport } from "./worker-protocol.ts";

export interface WorkerProcess {
  readonly pid: number;
  /** The signal that ended it, or null; resolves after its last line was read. */
  readonly exited: Promise<Deno.Signal | null>;
  send(command: WorkerCommand): void;
  /** Does nothing when the process has ended by itself. */
  signal(signal: Deno.Signal): void;
}

export interface WorkerProcessOptions {
  definition: FunctionDefinition;
  environment: Record<string, string>;
  memoryMb: number;
  onReport: (report: WorkerReport) => void;
  onLine: (level: LogLevel, text: string) => void;
}

export function spawnWorker(options: WorkerProcessOptions): WorkerProcess {
  const { definition, environment, memoryMb, onReport, onLine } = options;
  const process = new Deno.Command(denoBinary(), {
    args: workerArguments(definition, { memoryMb }),
    cwd: definition.directory,
    clearEnv: true,
    env: environment,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stdin = process.stdin.getWriter();
  const marker = `\u001e${crypto.randomUUID()} `;
  const boot: BootCommand = {
    entrypoint: definition.entrypoint,
    marker,
    memoryMb,
    hiddenVariables: BOOT_VARIABLES,
  };
  const output = Promise.all([
    readWorkerOutput(process.stdout, { marker, onReport, onLine: (text) => onLine("info", text) }),
    readWorkerOutput(process.stderr, { onLine: (text) => onLine("error", text) }),
  ]);

  function write(command: BootCommand | WorkerCommand): void {
    // A broken pipe means that the worker has gone, which its exit tells.
    stdin.write(new TextEncoder().encode(`${JSON.stringify(command)}\n`)).catch(() => {});
  }

  async function waitForExit(): Promise<Deno.Signal | null> {
    const { signal } = await process.status;
    await output;
    await stdin.abort().catch(() => {});
    return signal;
  }

  write(boot);
  return {
    pid: process.pid,
    exited: waitForExit(),
    send: write,
    signal(signal) {
      try {
        process.kill(signal);
      } catch (error) {
        if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
      }
    },
  };
}
