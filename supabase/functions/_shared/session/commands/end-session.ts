/** `session.end`: ends the session for everybody, the running turn first (K5). */
import type { Applied, Leading } from "../leading.ts";
import { denyApprovals } from "./deny-approvals.ts";
import { cancelQueued } from "./stop-turn.ts";

export async function endSession(leading: Leading, commandId: string): Promise<Applied> {
  const { queue, writer } = leading;
  leading.isEnding = true;
  for (const turn of queue.removeAll()) cancelQueued(leading, turn);
  denyApprovals(leading, { reason: "The session was ended", status: "cancelled" });
  if (queue.running) queue.stop(queue.running.turnId, "cancelled");
  await queue.settled();
  await writer.write({
    acks: [{ commandId, seq: null }],
    end: { reason: "ended_by_user", onlyIfUnattached: false },
  });
  return { seq: null, refusal: null };
}
