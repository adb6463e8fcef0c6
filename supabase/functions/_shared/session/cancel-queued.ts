/** Cancels turns that were taken out of the line. */
import type { TurnChange } from "../store/session-store.ts";
import { cutShort } from "./cut-short.ts";
import type { Leading } from "./leading.ts";
import type { QueuedTurn } from "./turn-queue.ts";

/** Closes the answers that had begun, and returns what is to be written of the turns that had not. */
export function cancelQueued(leading: Leading, turns: QueuedTurn[]): TurnChange[] {
  const status = "cancelled";
  return turns.flatMap((turn) => {
    const { turnId, messageId, userSeq } = turn;
    const partial = turn.inherited ?? turn.decided;
    if (!partial) return [{ turnId, messageId, userSeq, status }];
    cutShort(leading, { turn, partial, status });
    return [];
  });
}
