/** Stops a turn, whether it runs, waits for its user or waits in line. */
import { cutShort } from "../cut-short.ts";
import type { Leading } from "../leading.ts";
import type { QueuedTurn } from "../turn-queue.ts";
import { denyApprovals } from "./deny-approvals.ts";

/**
 * Asks the running turn last: until the wait for its user is committed a turn counts as running, though it waits by then,
 * or was decided and is in line again.
 */
export function stopTurn(leading: Leading, turnId: string): void {
  const queued = leading.queue.remove(turnId);
  if (queued) return cancelQueued(leading, queued);
  const isDenied = denyApprovals(leading, { reason: "Cancelled", status: "cancelled", turnId });
  if (!isDenied) leading.queue.stop(turnId, "cancelled");
}

/** Closes the answer of a turn that was taken out of the line. */
export function cancelQueued(leading: Leading, turn: QueuedTurn): void {
  const { inherited, decided } = turn;
  cutShort(leading, { turn, partial: inherited ?? decided, status: "cancelled", isInLine: !inherited });
}
