/** What tools did, beside what was allowed (K12): an order is cancelled once after a yes, and never without one. */
import { isToolPart } from "../../../functions/_shared/protocol/mod.ts";
import type { ChaosWorld } from "../chaos-world.ts";
import type { Conversation } from "../conversation.ts";
import { persist } from "../patience.ts";
import type { Log } from "./read-log.ts";

export async function checkEffects(
  { sql, tally }: ChaosWorld,
  { conversation, log }: { conversation: Conversation; log: Log },
): Promise<void> {
  const { sessionId, user, sent } = conversation;
  for (const { id, prompt, approvalsGiven } of sent) {
    if (prompt.kind !== "cancel") continue;
    const { orderId } = prompt;
    const rows = await persist(() =>
      sql<{ call_key: string; cancelled: boolean }[]>`
        select call_key, (result ->> 'cancelled')::boolean as cancelled from private.order_cancellations
        where owner = ${user.userId} and result ->> 'order_id' = ${orderId}`
    );
    tally.count("orders to cancel");
    tally.count("orders cancelled", rows.length);
    const where = `${orderId} of ${sessionId}`;
    if (rows.length > 1) tally.harm("repeated effects", `${where} was cancelled ${rows.length} times`);
    if (rows.length > 0 && approvalsGiven === 0) tally.harm("unapproved effects", `${where} was cancelled`);
    const answer = log.messages.find(({ message }) => message.metadata?.replyTo === id)?.message;
    const part = answer?.parts.find(isToolPart);
    if (part?.state === "output-available" && rows.length === 0) {
      tally.harm("lost", `${where} is said to be cancelled, and is not`);
    }
  }
}
