/** The end of an answer that nobody goes on with: what it said is kept (R7), what it asked is denied. */
import type { Chunk, Draft, TurnStatus } from "../protocol/mod.ts";
import { sayAgain } from "./say-again.ts";
import { toDenialChunks, toUnrunChunks } from "./settle-approvals.ts";

export interface Stop {
  turnId: string;
  status: Extract<TurnStatus, "interrupted" | "cancelled">;
  /** Its turn has not come: no call that was allowed has begun. */
  isInLine?: boolean;
}

const STOPS = {
  interrupted: { reason: "The answer was interrupted", errorCode: "turn_interrupted" },
  cancelled: { reason: "Cancelled", errorCode: undefined },
};

export function toStopChunks(draft: Draft, { turnId, status, isInLine = false }: Stop): Chunk[] {
  const { reason, errorCode } = STOPS[status];
  return [
    ...sayAgain(draft),
    ...toDenialChunks(draft.message, reason),
    ...(isInLine ? toUnrunChunks(draft.message, reason) : []),
    { type: "message-metadata", messageMetadata: { turnId, status, ...(errorCode ? { errorCode } : {}) } },
    { type: "abort", reason: status },
  ];
}
