/** `turn.cancel`: stops a turn that runs, waits in line or waits for an approval. Cancelling nothing is not an error. */
import type { TurnChange } from "../../store/session-store.ts";
import type { Applied, Leader } from "../leader.ts";
import { denyApprovals } from "./deny-approvals.ts";

/** `turnId` was fixed when the command was first submitted, so that a late repetition never stops another turn (K11). */
export async function cancelTurn(
  leader: Leader,
  { commandId, turnId }: { commandId: string; turnId: string | null },
): Promise<Applied> {
  const turns: TurnChange[] = [];
  if (turnId !== null && !leader.queue.stop(turnId, "cancelled")) {
    const queued = leader.queue.remove(turnId);
    if (queued) {
      const { messageId, userSeq } = queued;
      turns.push({ turnId, messageId, userSeq, status: "cancelled" });
    } else if (leader.waiting?.turnId === turnId) {
      denyApprovals(leader, "Cancelled", "cancelled");
    }
  }
  await leader.writer.write({ acks: [{ commandId, seq: null }], turns });
  return { seq: null, refusal: null };
}
