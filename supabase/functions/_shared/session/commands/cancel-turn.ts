/** `turn.cancel`: stops a turn that runs, waits in line or waits for an approval. Cancelling nothing is not an error. */
import type { TurnChange } from "../../store/session-store.ts";
import { cancelQueued } from "../cancel-queued.ts";
import type { Applied, Leading } from "../leading.ts";
import { denyApprovals } from "./deny-approvals.ts";

/** `turnId` was fixed when the command was first submitted, so that a late repetition never stops another turn (K11). */
export async function cancelTurn(
  leading: Leading,
  { commandId, turnId }: { commandId: string; turnId: string | null },
): Promise<Applied> {
  const turns: TurnChange[] = [];
  if (turnId !== null && !leading.queue.stop(turnId, "cancelled")) {
    const queued = leading.queue.remove(turnId);
    if (queued) turns.push(...cancelQueued(leading, [queued]));
    else denyApprovals(leading, { reason: "Cancelled", status: "cancelled", turnId });
  }
  await leading.writer.write({ acks: [{ commandId, seq: null }], turns });
  return { seq: null, refusal: null };
}
