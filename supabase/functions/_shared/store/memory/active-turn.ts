/** Which of a session's open turns counts as the one it is busy with. */
import type { ActiveTurn } from "../../protocol/mod.ts";
import type { TurnChange } from "../session-store.ts";
import { type MemorySession, messageOf } from "./memory-database.ts";
import { openTurns } from "./turns.ts";

/** What a turn has in the log when it was only decided about. */
const DECISION_TYPES = ["start", "tool-approval-response", "tool-output-denied"];

export function activeTurn(session: MemorySession): ActiveTurn | null {
  const open = openTurns(session);
  const active = runningTurn(session, open) ?? open.find(({ status }) => status === "waiting") ?? open[0];
  return active ? { turnId: active.turnId, messageId: active.messageId, status: active.status } : null;
}

/** The turn that a `turn.cancel` without one means. */
export function cancelTarget(session: MemorySession): string | null {
  const open = openTurns(session);
  const target = runningTurn(session, open) ?? open.find(({ status }) => status === "queued") ?? open.at(-1);
  return target?.turnId ?? null;
}

/**
 * Of several running turns the one that spoke last; those that were only decided about stand in line, in the order of
 * their decisions.
 */
function runningTurn(session: MemorySession, open: TurnChange[]): TurnChange | undefined {
  return open
    .filter(({ status }) => status === "running")
    .map((turn) => ({ turn, ...stretchOf(session, turn) }))
    .toSorted((left, right) => right.saidSeq - left.saidSeq || left.decidedSeq - right.decidedSeq)[0]?.turn;
}

/** Where a turn began to go on since its last pause, and where it last said something; 0 when it did not. */
function stretchOf({ buffer, events }: MemorySession, { turnId, messageId }: TurnChange) {
  const covered = events.flatMap((event) =>
    messageOf(event)?.id === messageId ? [event.seqTo ?? event.seq ?? 0] : []
  );
  const coveredSeq = Math.max(0, ...covered);
  const rows = buffer.filter((row) => row.turnId === turnId && row.seqFrom > coveredSeq);
  const said = rows.findLast(({ chunks }) => chunks.some(({ type }) => !DECISION_TYPES.includes(type)));
  return { decidedSeq: rows[0]?.seqFrom ?? Number.MAX_SAFE_INTEGER, saidSeq: said?.seqTo ?? 0 };
}
