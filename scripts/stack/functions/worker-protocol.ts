/** What the supervisor and a worker's prelude say to each other: JSON lines over the worker's stdin and stdout. */

import type { LogLevel } from "./functions-runtime.ts";

/** The reasons the platform gives in the `detail` of `beforeunload`. */
export type UnloadReason = "cpu" | "memory" | "wall_clock" | "early_drop" | "termination";

/** The first line a worker reads. */
export interface BootCommand {
  readonly entrypoint: string;
  /** Marks the lines on stdout that are for the supervisor, so that a function cannot forge one by accident. */
  readonly marker: string;
  readonly memoryMb: number;
  /** Variables to remove before the function sees the environment. */
  readonly hiddenVariables: readonly string[];
}

export type WorkerCommand =
  /** Dispatch `drain`: no request is in flight, and none will come. */
  | { readonly type: "drain" }
  /** Dispatch `beforeunload`. */
  | { readonly type: "beforeunload"; readonly reason: UnloadReason }
  /** Exit as soon as no `waitUntil` promise is pending. */
  | { readonly type: "leave"; readonly reason: "early_drop" | "termination" };

export type WorkerReport =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "log"; readonly level: LogLevel; readonly text: string }
  | { readonly type: "memory"; readonly limit: "near" | "reached"; readonly usedMb: number }
  | { readonly type: "leaving"; readonly reason: "early_drop" | "termination" | "boot_error" };
