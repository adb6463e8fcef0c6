/** The turn that a session is busy with, which a `turn.cancel` without one means. */
import type { ActiveTurn, TurnStatus } from "../../protocol/mod.ts";
import type { MemorySession } from "./memory-database.ts";
import { openTurns } from "./turns.ts";

export function activeTurn(session: MemorySession): ActiveTurn | null {
  const open = openTurns(session);
  const first = (wanted: TurnStatus) => open.find(({ status }) => status === wanted);
  const active = first("running") ?? first("queued") ?? open.at(-1);
  return active ? { turnId: active.turnId, messageId: active.messageId, status: active.status } : null;
}
