/** What startFunctions() takes and gives. */

import type { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "./clock.ts";
import type { WorkerState } from "./function-worker.ts";

/** One `[functions.<name>]` section of config.toml. */
export interface FunctionConfig {
  enabled?: boolean;
  verify_jwt?: boolean;
  import_map?: string;
  entrypoint?: string;
}

export type LogLevel = "debug" | "info" | "warning" | "error";

export interface FunctionLogLine {
  readonly function: string;
  readonly pid: number;
  readonly level: LogLevel;
  readonly text: string;
}

export interface FunctionsOptions {
  /** Usually `supabase/functions`. */
  functionsDir: string;
  /** What the platform injects and the secrets; nothing else of this process's environment reaches a function. */
  env: Record<string, string>;
  /** By function name; paths in them are relative to the parent of `functionsDir`, as in config.toml. */
  configs?: Record<string, FunctionConfig>;
  /** Whether a bearer token is valid; without it every token is refused by functions with `verify_jwt`. */
  verifyJwt?: (token: string) => Promise<boolean>;
  /** Lifetime of a worker; 0 means no end. */
  wallClockMs?: number;
  memoryMb?: number;
  /** How long a client waits for the first byte of an answer. */
  idleTimeoutMs?: number;
  /** How long a worker that is replaced or stopped may take to close its sockets. */
  terminationGraceMs?: number;
  hotReload?: boolean;
  log?: (line: FunctionLogLine) => void;
  clock?: Clock;
}

export interface WorkerInfo {
  readonly function: string;
  readonly pid: number;
  readonly ageSeconds: number;
  readonly state: WorkerState;
  /** Where its server listens on the loopback interface, once it does. */
  readonly port: number | undefined;
}

export interface FunctionsRuntime extends AsyncDisposable {
  /** The path may carry the `/functions/v1` prefix; functions see it without. */
  handleRequest(request: IncomingMessage, response: ServerResponse, functionName: string): void;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, functionName: string): void;
  workers(): WorkerInfo[];
  /** Sends a signal (default SIGKILL) to a worker; false when no worker has that pid. */
  kill(pid: number, signal?: Deno.Signal): boolean;
  /** Does now what half of the wall clock does: the next request starts a new worker. */
  retire(functionName: string): void;
  stop(): Promise<void>;
}
