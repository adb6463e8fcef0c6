/** Sends what a function logs to the supervisor, with its level. */

import { format } from "node:util";
import type { LogLevel } from "../functions-runtime.ts";

/** The platform cuts longer lines. */
const MAX_TEXT_LENGTH = 10_000;

const LEVELS = {
  debug: "debug",
  log: "info",
  info: "info",
  warn: "warning",
  error: "error",
} as const satisfies Partial<Record<keyof Console, LogLevel>>;

export function reportConsole(report: (level: LogLevel, text: string) => void): void {
  for (const [method, level] of Object.entries(LEVELS) as [keyof typeof LEVELS, LogLevel][]) {
    console[method] = (...values: unknown[]) => report(level, format(...values).slice(0, MAX_TEXT_LENGTH));
  }
}
