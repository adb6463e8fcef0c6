/** Stops a turn, whether it runs, waits for its user or waits in line. */
import type { TurnChange } from "../../store/session-store.ts";
import { cancelQueued } from "../cancel-queued.ts";
import type { Leading } from "../leading.ts";
import { denyApprovals } from "./deny-approvals.ts";

/**
 * Returns what is still to be written. Asks the running turn last: until the wait for its user is committed a turn counts
 * as running, though it waits by then, or was decided and is in line again.
 */
export function stopTurn(leading: Leading, turnId: string): TurnChange[] {
  const queued = leading.queue.remove(turnId);
  if (queued) return cancelQueued(leading, [queued]);
  const isDenied = denyApprovals(leading, { reason: "Cancelled", status: "cancelled", turnId });
  if (!isDenied) leading.queue.stop(turnId, "cancelled");
  return [];
}
