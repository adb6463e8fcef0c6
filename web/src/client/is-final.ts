/** Tells the statuses a turn never leaves. */
import type { TurnStatus } from "./protocol.ts";

export function isFinal(status: TurnStatus): boolean {
  return status !== "queued" && status !== "running" && status !== "waiting";
}
